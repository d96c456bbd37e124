/** What cannot be undone in a step, what its failure means, and the word that is typed before it. Pure. */
import type { PlannedStep } from "../plan/plan.ts";

export interface Consequences {
  readonly irreversible?: string;
  readonly failure?: string;
  /** As the request `confirm` asks for it. */
  readonly word?: string;
}

const SIGNING = "If the token refuses, people decide whether it signs again. If nobody knows whether it signed, what it was asked to sign counts as possibly issued, and its number is never used again.";
const DEVIATE = "If anything differs from this text, type :deviation and say what.";

/** What a step leaves behind for good, by its kind. */
export function consequencesOf(step: PlannedStep): Consequences {
  switch (step.rule.split("@")[0]) {
    case "roll-call": return { failure: "If too few are here, if the clock is wrong or the words differ, stop. Nothing has happened yet." };
    case "act": return { failure: DEVIATE };
    case "initialize-token": return { word: "initialize", irreversible: "Everything that is on the token now is erased.", failure: "The token is looked at, and people decide whether it is initialised again." };
    case "change-pin": return { word: "change", irreversible: "The PIN that there was is right no more.", failure: "If nobody knows what happened, the old PIN or the new one is right. People find out which, and decide." };
    case "unlock-pin": return { word: "unlock", irreversible: "The PIN that there was is right no more.", failure: "If nobody knows what happened, people find out which PIN is right, and decide." };
    case "inspect-token": return { failure: "If it is not the token that the plan expects, the ceremony ends. Nothing is changed on it." };
    case "generate-key-pair": return { word: "generate", irreversible: "The key exists from then on.", failure: "A key that does not read back as planned is parked and never used. People decide about what is half made." };
    case "back-up-key": return { word: "back-up", irreversible: "Whoever has enough of the shares and the wrapped key has the key.", failure: "If the token refuses, people decide whether it wraps again, with other shares. Shares of an attempt that did not end open nothing." };
    case "restore-key": return { word: "restore", irreversible: "The key lives on this token as well from then on.", failure: "If it does not read back as the key that it is for, it is not used. People decide about what is half made." };
    case "destroy-key": return { word: "destroy", irreversible: "The key is gone from these tokens for good.", failure: "If something of it is left, the ceremony ends and says what." };
    case "adopt": return { word: "adopt", irreversible: "From then on our record answers for this CA.", failure: "If the key is not that of the certificate, the ceremony ends." };
    case "issue-root": return { word: "sign", irreversible: "A root cannot be revoked: it is trusted until it ends, or until everybody has removed it.", failure: SIGNING };
    case "issue-certificate": case "sign-request": case "cross-certify": case "sign-requests": return { word: "sign", irreversible: "A certificate cannot be taken back, only revoked.", failure: SIGNING };
    case "accept-certificate": return { failure: "A certificate that is not over our key, or not as requested, ends the ceremony." };
    case "create-request": return { word: "sign", irreversible: "Whoever has the request can have the key certified.", failure: SIGNING };
    case "issue-crl": return { word: "sign", irreversible: "What is revoked stays revoked, and the number of the list is used.", failure: SIGNING };
    case "sign-artifact": return { word: "sign", irreversible: "Whoever has the signature has it for good.", failure: SIGNING };
    case "export-bundle": return { failure: "A bundle that its platform would refuse is not kept." };
    case "acknowledge": return { failure: "Words that differ three times end the ceremony: what is shown is then not what was issued." };
    case "adjourn": return { failure: "What is found on a token afterwards has to be what was found before." };
    case "close": return { irreversible: "Nothing is added to the record after this.", failure: "If the seal is not made, run the same command again." };
    default: return {};
  }
}

/** How often a step asks a token for something that leaves a trace, when all goes well. */
export function effectsOf(step: PlannedStep): number {
  switch (step.rule) {
    case "initialize-token@1": case "change-pin@1": case "unlock-pin@1": case "generate-key-pair@1": case "issue-root@1": case "sign-request@1": case "cross-certify@1": case "create-request@1": case "issue-crl@1": case "sign-artifact@1": return 1;
    // the key signs a request of its own first; a renewal has the request of the certificate that it renews
    case "issue-certificate@1": return step.renews === null ? 2 : 1;
    case "back-up-key@1": case "restore-key@1": return 1;
    case "destroy-key@1": return step.places.length;
    case "sign-requests@1": return Math.ceil(step.accepted / MOST_AT_ONCE);
    default: return 0;
  }
}

/** Requests of a folder that one request puts to the token. */
const MOST_AT_ONCE = 500;
