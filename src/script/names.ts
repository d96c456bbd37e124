/**
 * The script read as a whole [SCRIPT-NAMES]: every name is defined once, before it is used, by a step that makes it. The steps are
 * taken in order; each is judged by what those before it have made.
 */
import type { Finding } from "../fault.ts";
import { certificateDoubts, crlDoubts, exportDoubts, artifactDoubts, acknowledgedDoubts, batchDoubts, requestDoubts } from "./certificate-names.ts";
import { adoptDoubts } from "./adopt-names.ts";
import { survivalDoubts, unwrappedDoubts } from "./backup-names.ts";
import type { Doubt, Draft } from "./doubt.ts";
import { enter, nothingMade, type Made } from "./made.ts";
import { orderDoubts } from "./order.ts";
import { actDoubts, peopleDoubts, personDoubts } from "./people.ts";
import type { Step } from "./step-schema.ts";
import { registeredKeyDoubts, registeredTokenDoubts } from "./registered.ts";
import { heldKeyDoubts, keptKeyDoubts, keyDoubts, pinDoubts, tokenDoubts } from "./token-names.ts";
import { transcriptKeyDoubts } from "./transcript-key.ts";

/** Findings of [SCRIPT-NAMES], [PEOPLE-DISTINCT], [QUORUM-POSSIBLE], [WITNESS-INDEPENDENT] and [TRANSCRIPT-KEY-SEPARATE], without places. */
export function namesFindings(draft: Draft): Finding[] {
  const made = nothingMade();
  for (const step of draft.registered) enter(step, made);
  const doubts = [...orderDoubts(draft), ...peopleDoubts(draft), ...heldKeyDoubts(draft), ...registeredTokenDoubts(draft)];
  for (const step of draft.steps) {
    doubts.push(...stepDoubts(step, made, draft), ...registeredKeyDoubts(step, made, draft));
    enter(step, made);
  }
  doubts.push(...transcriptKeyDoubts(draft), ...unwrappedDoubts(draft));
  return doubts.filter(({ about }) => !draft.suspects.has(about)).map(({ finding }) => finding);
}

function stepDoubts(step: Step, made: Made, draft: Draft): Doubt[] {
  switch (step.kind) {
    case "act":
      return [...personDoubts(step, draft), ...actDoubts(step, made)];
    case "initialize-token": case "inspect-token":
      return tokenDoubts(step, made, draft);
    case "change-pin": case "unlock-pin":
      return pinDoubts(step, made, draft);
    case "generate-key-pair":
      return keyDoubts(step, made, draft);
    case "back-up-key": case "restore-key": case "destroy-key":
      return survivalDoubts(step, made, draft);
    case "adopt":
      return adoptDoubts(step, made, draft);
    case "issue-root":
    case "issue-certificate":
    case "sign-request":
    case "cross-certify":
    case "accept-certificate":
      return certificateDoubts(step, made, draft);
    case "create-request":
      return requestDoubts(step, made, draft);
    case "sign-requests":
      return batchDoubts(step, made, draft);
    case "issue-crl":
      return crlDoubts(step, made, draft);
    case "export-bundle":
      return exportDoubts(step, made, draft);
    case "sign-artifact":
      return [...personDoubts(step, draft), ...artifactDoubts(step, made, draft)];
    case "acknowledge":
      return [...personDoubts(step, draft), ...acknowledgedDoubts(step, made, draft)];
    case "close":
      return keptKeyDoubts(step, made, draft);
    case "adjourn": case "roll-call":
      return [];
  }
}
