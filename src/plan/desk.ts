/** The request desk: one verdict a file, before there is a script. Pure; whether a request's own signature holds, the caller says. */
import { sha256Hex } from "../bytes/digest.ts";
import { textField } from "../bytes/json.ts";
import { toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { toHex } from "../bytes/hex.ts";
import type { Claim, KeyAlgorithm } from "../x509/algorithm.ts";
import type { ReadExtension } from "../x509/extension-reading.ts";
import { extensionName, extensionText } from "../x509/extension-text.ts";
import type { PlannedExtension } from "../x509/extension.ts";
import { requestFinding, type RequestFinding } from "../x509/request-finding.ts";
import { readRequestFile, type RequestReading } from "../x509/request-reading.ts";
import type { WeakList } from "../x509/weak-list.ts";
import { judgeIntake, possessionFinding } from "./intake.ts";
import { requestParameters } from "./parameters.ts";
import type { Profile } from "./profile.ts";
import type { Input } from "./resolving.ts";

/** An extension as people and programs are told of it. */
export interface ShownExtension {
  readonly oid: string;
  readonly name: string;
  readonly critical: boolean;
  readonly text: string;
}

/** Null where there is no profile, or no certificate. */
export type Outcome = "granted" | "changed" | "dropped" | null;

export interface RequestedExtension extends ShownExtension {
  /** Whether the certificate would carry it as asked, carry it otherwise, or not at all. */
  readonly outcome: Outcome;
}

export interface DeskVerdict {
  readonly file: string;
  readonly verdict: "accept" | "refuse";
  readonly findings: readonly RequestFinding[];
  /** RFC 4514, in encoding order; null when it could not be read. */
  readonly subject: string | null;
  readonly publicKey: {
    /** Null when it is none that this program certifies. */
    readonly algorithm: KeyAlgorithm | null;
    readonly description: string;
    /** Of the SubjectPublicKeyInfo, DER; hex. */
    readonly sha256: string;
  } | null;
  readonly requested: readonly RequestedExtension[];
  /** Every extension of the certificate that the profile would make; empty without a profile and for a request that is refused. */
  readonly granted: readonly ShownExtension[];
}

/** A request that was read and judged, but for its own signature. */
export interface TakenRequest {
  readonly file: string;
  readonly reading: RequestReading;
  readonly findings: readonly RequestFinding[];
  /** Null when there is nothing to check any more. */
  readonly claim: Claim | null;
}

/** A desk judges each file by itself: two requests may well have one key, and a script will take one of them. */
export class RequestDesk {
  readonly #profile: Profile | null;
  readonly #known: ReadonlyMap<string, string>;
  readonly #weak: WeakList | null;

  /** @param weak keys that nobody may have @param known who has a key already, by the SHA-256 of its SubjectPublicKeyInfo, hex */
  constructor(profile: Profile | null, known: ReadonlyMap<string, string> = NO_KEYS, weak: WeakList | null = null) {
    this.#weak = weak;
    this.#profile = profile;
    this.#known = known;
  }

  /** Never throws for what the file holds. @param field of the JSON object in the file; null where the file is the request itself */
  take(file: string, given: Input, field: string | null = null): TakenRequest {
    const input = given instanceof Uint8Array && field !== null ? fieldOf(given, field) : given;
    if ("notAField" in input) return { file, reading: NOTHING_READ, findings: [input.notAField], claim: null };
    if (!(input instanceof Uint8Array)) {
      const unreadable = requestFinding({ code: "request-file", message: input.unreadable, hint: "give a regular file; links are not followed" }, []);
      return { file, reading: NOTHING_READ, findings: [unreadable], claim: null };
    }
    const reading = readRequestFile(input, []);
    const findings = judgeIntake(reading, { profile: this.#profile, factory: undefined, known: this.#known, weak: this.#weak }, []);
    return { file, reading, findings, claim: reading.request?.claim ?? null };
  }

  /**
   * The verdict.
   * @param claimHolds whether the claim was checked and holds; of no matter where there is none
   */
  judge({ file, reading, findings, claim }: TakenRequest, claimHolds: boolean): DeskVerdict {
    const all = claim === null || claimHolds ? findings : [...findings, possessionFinding([])];
    const isAccepted = all.length === 0 && reading.request !== null;
    const granted = isAccepted ? this.#granted(reading.request) : [];
    const { subjectText, publicKey, extensions } = reading.seen;
    return {
      file, verdict: isAccepted ? "accept" : "refuse", findings: all, subject: subjectText,
      publicKey: publicKey === null ? null : { algorithm: publicKey.algorithm, description: publicKey.description, sha256: sha256Hex(publicKey.spki) },
      requested: extensions.map((extension) => ({ ...shown(extension), outcome: isAccepted && this.#profile !== null ? outcomeOf(extension, granted) : null })),
      granted: granted.map(({ oid, name, critical, text }) => ({ oid, name, critical, text })),
    };
  }

  #granted(request: RequestReading["request"]): readonly PlannedExtension[] {
    return this.#profile?.extensions(requestParameters(request)) ?? [];
  }
}

/** The octets of a request in a field, or why there are none. */
function fieldOf(bytes: Uint8Array, field: string): Uint8Array | { readonly notAField: RequestFinding } {
  try {
    return toUtf8(textField(bytes, field));
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { notAField: requestFinding({ code: "request-field", message: thrown.message, hint: "take the file as the platform's API returned it, and name the field of the request" }, []) };
  }
}

const NO_KEYS: ReadonlyMap<string, string> = new Map();
const NOTHING_READ: RequestReading = { findings: [], request: null, seen: { subjectText: null, publicKey: null, extensions: [] } };

function shown(extension: ReadExtension): ShownExtension {
  const { oid, critical } = extension;
  return { oid, name: extensionName(oid), critical, text: extensionText(extension) };
}

function outcomeOf({ oid, critical, value }: ReadExtension, granted: readonly PlannedExtension[]): Outcome {
  const given = granted.find((extension) => extension.oid === oid);
  if (given === undefined) return "dropped";
  return given.critical === critical && "value" in given && given.value === toHex(value) ? "granted" : "changed";
}
