/** What people are told of a plan: a page a step, the same on the screen and on paper. The sentences are here; requests carry facts. Pure. */
import { backingUp, backupText, destroying, restoring } from "./backup-pages.ts";
import { lacksAtRollCall } from "../plan/presence.ts";
import { wantsPinAlways } from "../plan/key-template.ts";
import type { CertificateTemplate, Plan, PlannedStep, PlannedValidity, StepOf } from "../plan/plan.ts";
import type { PlannedCrl } from "../plan/planned-crl.ts";
import { actsOf, kindOf, minutesOf } from "./acts.ts";
import { consequencesOf, effectsOf } from "./consequences.ts";
import type { Briefing, StepPage } from "./people.ts";
import { placeLines } from "./places.ts";

/** The briefing of a plan. @param planDigest SHA-256 of plan.json, hex */
export function briefingOf(plan: Plan, planDigest: string): Briefing {
  const acts = actsOf(plan.steps);
  const places = placeLines(plan, (step) => tokensOf(plan, step));
  const first = plan.steps.find((step) => effectsOf(step) > 0)?.number;
  return {
    ceremony: plan.title, assurance: plan.assurance, isRehearsal: plan.rehearsal !== undefined, planDigest, lacksAtRollCall: (present) => lacksAtRollCall(plan, present),
    people: plan.people.map(({ id, name, role }) => ({ id, name, role })),
    steps: plan.steps.map((step, i) => ({ ...pageOf(plan, step, acts[i] ?? { number: 0, of: 0, name: "" }, step.number === first), places: places.get(step.number) ?? [] })),
  };
}

function pageOf(plan: Plan, step: PlannedStep, act: StepPage["act"], isFirstEffect: boolean): StepPage {
  const readBacks = readBacksOf(plan, step);
  return {
    number: step.number, kind: kindOf(step), act, ...wordsOf(plan, step), ...consequencesOf(step), speaker: speakerOf(plan, step), places: [],
    typed: typedIn(step), readBacks, tokens: tokensOf(plan, step), effects: effectsOf(step), isFirstEffect, minutes: minutesOf(step, readBacks.length),
  };
}

/** Who acts, else the first operator or administrator: on the day the first of those who are here. */
function speakerOf({ people }: Plan, step: PlannedStep): string {
  if (step.rule === "act@1" || step.rule === "act@2") return step.by;
  return (people.find(({ role }) => role === "operator" || role === "administrator") ?? people[0])?.id ?? "";
}

function readBacksOf({ people, ceremony }: Plan, step: PlannedStep): StepPage["readBacks"] {
  if (step.rule === "roll-call@1") return [{ by: (people.find(({ role }) => role === "witness" || role === "auditor") ?? people[0])?.id ?? "", of: `the plan ${ceremony}` }];
  if (step.rule === "acknowledge@1") return step.of.flatMap((of) => step.by.map((by) => ({ by, of })));
  return step.rule === "sign-artifact@1" ? step.by.map((by) => ({ by, of: step.artifact })) : [];
}

/** The tokens that a step uses: its own, that of its key, or that of its issuer's key. */
export function tokensOf(plan: Plan, step: PlannedStep): readonly string[] {
  if ("token" in step) return [step.token];
  if (step.rule === "adjourn@1") return [...new Set(plan.steps.slice(0, step.number - 1).flatMap((one) => tokensOf(plan, one)))];
  const all = plan.tokens.map(({ token }) => token);
  if (step.rule === "close@1") return all;
  if (step.rule === "accept-certificate@1") return [];
  const keys = [...("key" in step ? [step.key] : []), ...("issuer" in step ? keysOfIssuer(plan, step.issuer) : [])];
  // the plan does not say which key of the register is behind an issuer of an earlier ceremony
  if (keys.length === 0) return "issuer" in step ? all : [];
  return plan.tokens.filter(({ holds }) => keys.some((key) => holds.includes(key))).map(({ token }) => token);
}

function keysOfIssuer({ steps }: Plan, issuer: string): string[] {
  return steps.flatMap((step) => ("certificate" in step && step.certificate === issuer && "key" in step ? [step.key] : []));
}

/** Names of what is typed twice, by one after the other or by two people. */
function typedIn(step: PlannedStep): readonly string[] {
  if (step.rule === "act@2") return [...step.typed, ...step.doubleEntry];
  return step.rule === "act@1" ? step.typed : [];
}

interface Words {
  readonly title: readonly string[];
  readonly readAloud?: string;
  readonly deed?: string;
}

/** When a validity is, for people. */
export function validityText(valid: PlannedValidity): string {
  return "for" in valid ? `${valid.for} from the attested time` : `${valid.from} to ${valid.until}`;
}

function nameOf(plan: Plan, id: string): string {
  return plan.people.find((person) => person.id === id)?.name ?? id;
}

function settingPin(step: Extract<PlannedStep, { rule: "change-pin@1" | "unlock-pin@1" }>): Words {
  const { token } = step;
  if (step.rule === "unlock-pin@1") {
    return { title: [`Set the user PIN of the token ${token} anew, with the PIN of its security officer (SO).`], readAloud: `I am setting the user PIN of the token ${token} anew. Whatever it was, it is so no more.` };
  }
  const title = `Change the ${step.role === "so" ? "SO PIN" : "user PIN"} of the token ${token}: the PIN that there is, then the new one.`;
  return { title: [title], readAloud: `I am changing the ${step.role === "so" ? "PIN of the security officer (SO)" : "user PIN"} of the token ${token}. Afterwards only the new one is right.` };
}

function wordsOf(plan: Plan, step: PlannedStep): Words {
  switch (step.rule) {
    case "act@1": case "act@2": return acting(plan, step);
    case "roll-call@1": return { title: ["Who is here, the time by two watches, and the words of the plan."] };
    case "roll-call@2": return { title: ["Nobody is here: what people would be asked is asked of the standing approval."] };
    case "initialize-token@1": return { title: [`Initialise the token ${step.token}.`], readAloud: `I am initialising the token ${step.token}. What was on it is lost.` };
    case "inspect-token@1": return { title: [`Inspect the token ${step.token}: its identity and every object on it.`] };
    case "change-pin@1": case "unlock-pin@1": return settingPin(step);
    case "generate-key-pair@1": return {
      title: [`Generate the key pair ${step.key}, ${step.algorithm}, on token ${step.token}. Backup: ${step.backup}.`, ...(wantsPinAlways(step) ? ["It wants its PIN at each signature: whoever holds the PIN is here whenever it signs."] : [])],
      readAloud: `I am generating the key ${step.key} on token ${step.token}. ${step.backup === "wrap" ? "" : "It can never leave this token. "}${backupText(step.backup)}`,
    };
    case "back-up-key@1": return backingUp(plan, step);
    case "restore-key@1": return restoring(plan, step);
    case "destroy-key@1": return destroying(step);
    case "adopt@1": return adopting(step);
    case "issue-root@1": return issuing(`the root certificate ${step.certificate}, signed by its own key ${step.key}`, step.template, "It cannot be taken back, and nobody can revoke it.");
    case "issue-certificate@1": return issuing(`the certificate ${step.certificate} for our key ${step.key}, signed by ${step.issuer}`, step.template);
    case "sign-request@1": return issuing(`the certificate ${step.certificate} for the request ${step.request.path}${step.field === null ? "" : ` (${step.field})`}, signed by ${step.issuer}`, step.template);
    case "cross-certify@1": return issuing(`the cross-certificate ${step.certificate} for ${"file" in step.existing ? step.existing.file.path : step.existing.certificate}, signed by ${step.issuer}`, step.template);
    case "accept-certificate@1": return { title: [`Accept the certificate ${step.certificate} for our key ${step.key}, from ${step.file.path}.`, `Subject ${step.subjectText}`, `Valid ${step.notBefore} to ${step.notAfter}${step.ca ? "; a CA" : ""}`] };
    case "sign-requests@1": return issuing(`${step.accepted} certificates, ${step.certificates}, for requests of a folder, signed by ${step.issuer}${step.skipped === 0 ? "" : `; ${step.skipped} requests were refused and are skipped`}`, step.template);
    case "create-request@1": return {
      title: [`Make the request ${step.request} for our key ${step.key}, to be certified by ${step.for === null ? "somebody else's CA" : `the CA of ${step.for}`}.`, `Subject ${step.subjectText}`],
      readAloud: `I am signing the request ${step.request} with the key ${step.key}. It certifies nothing by itself.`,
    };
    case "issue-crl@1": return listing(plan, step);
    case "sign-artifact@1": return {
      title: [`Sign ${step.artifact}, ${step.format}, with the key ${step.key}.`, ...step.shown.map(({ what, value }) => `${what}: ${value}`)],
      readAloud: `I am signing ${step.artifact} with the key ${step.key}. Whoever has this signature has it for good. Compare what is shown with what you were asked to sign.`,
    };
    case "export-bundle@1": return { title: [`Export the bundle ${step.bundle} for ${step.platform}: ${Object.entries(step.parts).map(([part, names]) => `${part} ${names.join(", ")}`).join("; ")}.`] };
    case "acknowledge@1": return { title: [`The words of ${step.of.join(", ")} are read aloud and typed back by ${step.by.map((id) => nameOf(plan, id)).join(", ")}.`] };
    case "adjourn@1": return {
      title: [`Adjourn: hold-point ${step.point}. Every token is looked at, the run logs out, and people go home.`],
      readAloud: `We adjourn. The words of hold-point ${step.point} go on paper. It goes on when enough of us have signed it.`,
    };
    case "close@1": return { title: [step.transcriptKey === null ? "Close the ceremony; people alone seal it." : `Close the ceremony; the key ${step.transcriptKey} seals it.`, ...(step.keeps.length === 0 ? [] : [`Kept without a certificate: ${step.keeps.join(", ")}.`])] };
  }
}

function acting(plan: Plan, step: Extract<PlannedStep, { rule: "act@1" | "act@2" }>): Words {
  const files = step.rule === "act@2" && step.files.length > 0 ? [`Files that are attached: ${step.files.join(", ")}`] : [];
  const backup = step.rule === "act@2" && step.backupOf !== undefined ? [`They show the backup of ${step.backupOf.join(", ")} by the means of the token's vendor.`] : [];
  return { title: [`${nameOf(plan, step.by)} does this, outside the tool:`, ...files, ...backup], deed: step.say };
}

function adopting({ key, token, find, ca, issued, list }: StepOf<"adopt@1">): Words {
  const place = [...(find.id === null ? [] : [`CKA_ID ${find.id}`]), ...(find.label === null ? [] : [`label ${find.label}`])].join(" and ");
  const past = `Claimed of its past: ${issued.length} certificates${list === null ? ", no CRL" : `, a CRL ${list.number === null ? "without a number" : `of number ${list.number}`} with ${list.revoked.length} revocations`}.`;
  return {
    title: [`Adopt the CA ${ca.certificate}, ${ca.subjectText}, whose key ${key} is on token ${token} with ${place}.`, `Serial ${ca.serial}, valid ${ca.notBefore} to ${ca.notAfter}`, past],
    readAloud: `I am taking the CA ${ca.certificate} into our register. Nobody here saw how its key was made, or what it has signed. ${past}`,
  };
}

function listing(plan: Plan, { crl, issuer, valid, successive, revoke, release }: PlannedCrl): Words {
  const changes = [
    ...revoke.map(({ certificate, serial, reason }) => `It revokes ${certificate ?? `serial ${serial ?? ""}`}, ${reason}, ${reason === "certificateHold" ? "until it is released" : "for good"}.`),
    ...release.map(({ certificate }) => `It releases ${certificate} from its hold.`),
  ];
  const news = changes.length === 0 ? ["It revokes nothing new."] : changes;
  if (successive === null) return { title: [`Issue the CRL ${crl} of ${issuer}, valid ${validityText(valid ?? { for: "" })}.`, ...news], readAloud: `I am signing the revocation list ${crl} of ${issuer}. ${news.join(" ")}` };
  const { count, every, overlap, by } = successive;
  const keeping = `${nameOf(plan, by)} keeps them sealed and releases each at its thisUpdate, not before. When a certificate is revoked, all that are not released are void and are destroyed.`;
  return {
    title: [`Issue ${count} CRLs ${crl} of ${issuer}: one every ${every}, each valid ${overlap} longer.`, ...news, keeping],
    readAloud: `I am signing ${count} revocation lists ${crl} of ${issuer} for the times to come. ${keeping}`,
  };
}

function issuing(what: string, template: CertificateTemplate, end = "It cannot be taken back, only revoked."): Words {
  return {
    title: [`Issue ${what}.`, `Subject ${template.subjectText}`, `Valid ${validityText(template.valid)}; profile ${template.profile}`],
    readAloud: `I am issuing ${what}. ${end}`,
  };
}
