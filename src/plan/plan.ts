/** The plan: what the script resolved to. plan.json is its RFC 8785 form, and what runs; the plan digest is its SHA-256. */
import type { PlannedAct, PlannedState } from "./act.ts";
import type { TemplateAttributes } from "../ceremony/request.ts";
import type { ControlId } from "../controls.ts";
import type { ShownFact } from "../platforms/artifact.ts";
import type { ArtifactFormatName, GivenParts, PlatformName, RequestPlatformName } from "../platforms/parts.ts";
import type { Threshold, Role } from "../transcript/quorum.ts";
import type { CrlPolicy, KeyBackup } from "../transcript/register.ts";
import type { RotationPolicy } from "../transcript/rotation-policy.ts";
import type { KeyAlgorithm, Mechanism } from "../x509/algorithm.ts";
import type { PlannedExtension } from "../x509/extension.ts";
import type { PlannedAdopted } from "./adopted.ts";
import type { PlannedSurvival } from "./backed-up.ts";
import type { PlannedCrl } from "./planned-crl.ts";
import type { PlannedRegister } from "./planned-pack.ts";
import type { PlannedToken } from "./planned-token.ts";
import type { SeldomPlanned } from "./rehearsal-plan.ts";

export type { AcceptedToken, PlannedObject, PlannedToken, TokenDelta } from "./planned-token.ts";

export const PLAN_FORMAT = "anchorite-plan/1";

export type Assurance = "test" | "software-keys" | "production";

export interface PlannedPerson {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** `type base64`, without the comment. */
  readonly key: string;
}

export interface PlannedInput {
  readonly path: string;
  readonly length: number;
  readonly sha256: string;
}

/** When a certificate or CRL is valid: a period from the attested instant (at most to the issuer's end), or fixed instants. */
export type PlannedValidity = { readonly for: string } | { readonly from: string; readonly until: string };

/** Everything of a certificate but its serial, its dates and the keys that do not exist yet. */
export interface CertificateTemplate {
  /** Name and version of the profile: `foundries/root@1`. */
  readonly profile: string;
  readonly ca: boolean;
  /** DER of the Name, hex. */
  readonly subject: string;
  readonly subjectText: string;
  readonly valid: PlannedValidity;
  readonly extensions: readonly PlannedExtension[];
  /** Where the serial number is not from the draw: the UUID in the CN of the subject, as an integer. */
  readonly serial?: "uuid";
}

export interface PlannedKey {
  readonly key: string;
  readonly token: string;
  readonly algorithm: KeyAlgorithm;
  /** What it signs with, for its whole life. */
  readonly signature: Mechanism;
  readonly backup: KeyBackup;
  readonly privateTemplate: TemplateAttributes;
  readonly publicTemplate: TemplateAttributes;
  /** What must read back besides the templates. */
  readonly readBack: TemplateAttributes;
  readonly keyGenMechanism: string;
}

/** A request that a key of ours signs, for somebody else's CA. */
export interface PlannedRequest {
  readonly request: string;
  readonly key: string;
  /** DER of the Name, hex. */
  readonly subject: string;
  readonly subjectText: string;
  /** The platform whose CA is asked; null for any other CA. */
  readonly for: RequestPlatformName | null;
  /** What the request asks for; nobody has to grant it. */
  readonly extensions: readonly PlannedExtension[];
}

/** A certificate by somebody else's CA for a key of ours. */
export interface PlannedAnswer {
  readonly certificate: string;
  readonly key: string;
  /** The request that it answers; null where only the key is named. */
  readonly request: string | null;
  readonly file: PlannedInput;
  readonly chain: readonly PlannedInput[];
  /** DER, hex: the certificate, then those above it. */
  readonly certificates: readonly string[];
  readonly subjectText: string;
  readonly ca: boolean;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** What is cross-certified: a certificate of an earlier step, or one in a file with its key (DER, hex) and its notBefore. */
export type PlannedExisting =
  | { readonly certificate: string; readonly spki: null; readonly notBefore: null }
  | { readonly file: PlannedInput; readonly spki: string; readonly notBefore: string };

/** What a platform is given: names of certificates, CRLs and files, and words, by the part that they play there. */
export interface PlannedBundle {
  readonly bundle: string;
  readonly platform: PlatformName;
  readonly parts: GivenParts;
  /** What the end of a certificate means there. */
  readonly notes: readonly { readonly certificate: string; readonly text: string; readonly valid: PlannedValidity }[];
}

/** Something that is signed for a platform, and what people see of it first. */
export interface PlannedArtifact {
  readonly artifact: string;
  readonly format: ArtifactFormatName;
  readonly key: string;
  readonly by: readonly string[];
  readonly parts: GivenParts;
  readonly shown: readonly ShownFact[];
}

/** A step, with the version of the generator that runs it. `rule` versions are frozen once released. */
export type PlannedStep = { readonly number: number } & (
  | { readonly rule: "roll-call@1" } | { readonly rule: "roll-call@2" }
  | { readonly rule: "act@1"; readonly by: string; readonly say: string; readonly typed: readonly string[]; readonly state?: PlannedState }
  | ({ readonly rule: "act@2" } & PlannedAct)
  | { readonly rule: "initialize-token@1"; readonly token: string }
  | { readonly rule: "inspect-token@1"; readonly token: string } | { readonly rule: "change-pin@1"; readonly token: string; readonly role: "user" | "so" } | { readonly rule: "unlock-pin@1"; readonly token: string }
  | ({ readonly rule: "generate-key-pair@1" } & PlannedKey)
  | PlannedSurvival
  | ({ readonly rule: "adopt@1" } & PlannedAdopted)
  | { readonly rule: "issue-root@1"; readonly certificate: string; readonly key: string; readonly renews: string | null; readonly crl: CrlPolicy | null; readonly template: CertificateTemplate }
  | { readonly rule: "issue-certificate@1"; readonly certificate: string; readonly key: string; readonly renews: string | null; readonly issuer: string; readonly crl: CrlPolicy | null; readonly template: CertificateTemplate }
  | { readonly rule: "sign-request@1"; readonly certificate: string; readonly issuer: string; readonly request: PlannedInput; readonly field: string | null; readonly spki: string; readonly template: CertificateTemplate }
  | { readonly rule: "cross-certify@1"; readonly certificate: string; readonly issuer: string; readonly existing: PlannedExisting; readonly template: CertificateTemplate }
  | ({ readonly rule: "accept-certificate@1" } & PlannedAnswer)
  | { readonly rule: "sign-requests@1"; readonly certificates: string; readonly issuer: string; readonly list: PlannedInput; readonly accepted: number; readonly skipped: number; readonly template: CertificateTemplate }
  | ({ readonly rule: "create-request@1" } & PlannedRequest)
  | ({ readonly rule: "issue-crl@1" } & PlannedCrl)
  | ({ readonly rule: "sign-artifact@1" } & PlannedArtifact)
  | ({ readonly rule: "export-bundle@1" } & PlannedBundle)
  | { readonly rule: "acknowledge@1"; readonly by: readonly string[]; readonly of: readonly string[] }
  | { readonly rule: "adjourn@1"; readonly point: number }
  | { readonly rule: "close@1"; readonly transcriptKey: string | null; readonly transcriptCertificate: string | null; readonly keeps: readonly string[] }
);

export type StepOf<R extends PlannedStep["rule"]> = Extract<PlannedStep, { rule: R }>;

/** A control lifted on named objects, by people who signed its text. */
export interface PlannedWaiver {
  readonly control: string;
  readonly on: readonly string[];
  readonly why: string;
  readonly by: readonly string[];
  /** The last instant at which it may be used. */
  readonly until: string;
  /** Attributes that the token need not report of these keys; absent where the control is another. */
  readonly notReported?: { readonly privateKey: readonly string[]; readonly publicKey: readonly string[] };
  /** SHA-256 of the text that they signed, hex. */
  readonly sha256: string;
}

/** The SHA-256 of the seal.txt of each ceremony before, hex. */
export function sealsBefore({ register }: Pick<Plan, "register">): string[] {
  return register === null ? [] : [register.seal, ...register.joins.map(({ seal }) => seal)];
}

export interface Plan extends SeldomPlanned {
  readonly format: typeof PLAN_FORMAT;
  /** The title as a slug and 8 hex digits of the script's SHA-256; of a rehearsal, which alone has the next member, `rehearsal-` before that. */
  readonly ceremony: string;
  readonly title: string;
  readonly assurance: Assurance;
  /** SHA-256 of script.yaml, hex. */
  readonly script: string;
  readonly people: readonly PlannedPerson[];
  readonly quorum: { readonly seal: readonly Threshold[]; readonly effects: readonly Threshold[]; readonly approval: readonly Threshold[] };
  readonly materials: readonly { readonly name: string; readonly serial: string; readonly note: string }[];
  /** Rolls of dice mixed into the draw; 0 for none. */
  readonly dice: number;
  readonly tokens: readonly PlannedToken[];
  /** Null for the first ceremony of a CA. */
  readonly register: PlannedRegister | null;
  readonly inputs: readonly PlannedInput[];
  readonly steps: readonly PlannedStep[];
  /** What people have signed to lift; each lifts at least one finding of each object that it names. */
  readonly waivers: readonly PlannedWaiver[];
  /** When what there is has to be renewed; absent where the script says nothing. */
  readonly rotation?: RotationPolicy;
  /** Every control that was judged when the plan was made; there is no plan unless all held, or what did not is waived. */
  readonly controls: readonly { readonly control: ControlId; readonly verdict: "held" | "waived" }[];
}
