/**
 * register.json: what a CA has, certified and revoked after a ceremony, with everything of the ceremonies before. The schema at
 * the door; the types follow from it. Names of keys, certificates, requests and CRLs are unique in the whole life of a CA.
 */
import * as z from "zod";
import { canonicalBytes, parseCanonical } from "../bytes/canonical.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import { otherFormat } from "./format.ts";
import { KEY_ALGORITHMS, MECHANISMS } from "../x509/algorithm.ts";
import { CRL_REASON_NAMES } from "../x509/crl-reason.ts";
import { rotationSchema } from "./rotation-policy.ts";
import { digestSchema, hexSchema, instant, tokenObject, wrapMechanismSchema } from "./observation.ts";

export const REGISTER_FORMAT = "anchorite-register/1";
/** Octets: a register of a hundred thousand certificates has some forty million. */
export const LARGEST_REGISTER = 256 * 1024 * 1024;

const name = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);
/** Of a certificate; those for a folder of requests have the folder's name, a slash and the file's. */
const certificateName = z.string().regex(/^[a-z][a-z0-9-]{0,40}(\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99})?$/);
const run = z.string().regex(/^[0-9a-f]{16}$/);
const serial = z.string().regex(/^([0-9a-f]{2}){1,20}$/);
/** CRLNumber and the like: exact as a JSON number. */
const number = z.int().min(1);

/** How a CA's revocation is known: at fixed intervals, when something is revoked, or not at all; null for what is no CA, or was not said. */
export const CRL_POLICIES = ["periodic", "on-event", "none"] as const;
export type CrlPolicy = (typeof CRL_POLICIES)[number];

/** What nobody here saw: a CA that was made elsewhere brought it. */
const claimed = z.literal(true).exactOptional();
const claimedKey = z.strictObject({ privateKey: tokenObject.shape.attributes, publicKey: tokenObject.shape.attributes, keyGenMechanism: z.string() });
export type ClaimedKey = z.infer<typeof claimedKey>;
const restoredKey = z.strictObject({ run, backup: name, said: claimedKey });
/** `gone`: people said that nobody will reach it again. `parked`: made by a restoration that was stopped before the key had proved itself. */
const keyCopy = z.strictObject({ token: z.string(), serial: z.string(), id: hexSchema, label: z.string(), state: z.enum(["there", "parked", "destroyed", "gone"]), restored: restoredKey.exactOptional() });
export type KeyCopy = z.infer<typeof keyCopy>;
/** A file that shows a key's backup by its token's vendor, in the record of that run. */
const vendorEvidence = z.strictObject({ run, path: z.string(), sha256: digestSchema });
export type VendorEvidence = z.infer<typeof vendorEvidence>;
/** How a key survives the loss of its token. */
export const KEY_BACKUPS = ["none", "vendor", "wrap"] as const;
export type KeyBackup = (typeof KEY_BACKUPS)[number];
/** CAs elsewhere may give no reason. */
export const CLAIMED_REASONS = [...CRL_REASON_NAMES, "unspecified"] as const;
export type ClaimedReason = (typeof CLAIMED_REASONS)[number];

/** An object as the inventory compares it; `spki` is the SHA-256 of a public key, hex, empty for others. */
const heldObject = z.strictObject({ class: tokenObject.shape.class, id: hexSchema, label: z.string(), spki: z.union([digestSchema, z.literal("")]) });
export type HeldObject = z.infer<typeof heldObject>;

const registeredToken = z.strictObject({
  token: z.string(), serial: z.string(), manufacturer: z.string(), model: z.string(), firmware: z.string(),
  /** Everything on the token when it was last looked at; null when nobody could look at the end. */
  objects: z.array(heldObject).nullable(),
});
export type RegisteredToken = z.infer<typeof registeredToken>;

const registeredKey = z.strictObject({
  key: name, token: z.string(), serial: z.string(), id: hexSchema, label: z.string(), algorithm: z.enum(KEY_ALGORITHMS), signature: z.enum(MECHANISMS), backup: z.enum(KEY_BACKUPS),
  /** SHA-256 of the SubjectPublicKeyInfo, hex. */
  spki: digestSchema,
  /** `kept`: nothing names it yet, and the script said so. */
  state: z.enum(["in use", "kept", "parked", "destroyed"]),
  /** The run ids of the ceremonies in which it was made or signed, the first one first. */
  line: z.array(run).min(1),
  /** Of a key that was made elsewhere: what its token said when it was adopted, in the place of what a key of ours must say. */
  claimed: claimedKey.exactOptional(),
  /** Of a key that was restored on this token: from which backup, in which run, and what its token said of it then. */
  restored: restoredKey.exactOptional(),
  /** Where else it lives or lived; absent for a key that was never restored. */
  copies: z.array(keyCopy).min(1).exactOptional(),
  /** Of a key that was made to want its PIN at each signature; absent for any other. */
  alwaysAuthenticate: z.literal(true).exactOptional(),
  /** What showed its backup by its token's vendor; absent where nothing did. */
  evidence: z.array(vendorEvidence).min(1).exactOptional(),
  destroyed: z.strictObject({ run, gone: z.array(z.string()), remains: z.array(name) }).exactOptional(),
});
export type RegisteredKey = z.infer<typeof registeredKey>;

/** A key that was wrapped, and who holds the shares of what opens it. Neither is here. */
const registeredBackup = z.strictObject({
  backup: name, key: name, run, path: z.string(), length: z.int().min(1), sha256: digestSchema, mechanism: wrapMechanismSchema,
  /** SubjectPublicKeyInfo, DER, hex. */
  spki: hexSchema,
  checkValue: hexSchema, threshold: z.int().min(2), shares: z.array(z.strictObject({ number: z.int().min(1), by: z.string(), name: z.string() })),
});
export type RegisteredBackup = z.infer<typeof registeredBackup>;

const registeredCertificate = z.strictObject({
  name: certificateName, sha256: digestSchema, serial, profile: z.string(), subject: z.string(), issuer: z.string(), notBefore: instant, notAfter: instant,
  spki: digestSchema, key: name.nullable(), ca: z.boolean(), crl: z.enum(CRL_POLICIES).nullable(),
  /** The certificate, DER, hex; empty for those of a folder of requests. */
  der: hexSchema,
  claimed,
});
export type RegisteredCertificate = z.infer<typeof registeredCertificate>;

const registeredCrl = z.strictObject({ name: z.string(), issuer: name, number, thisUpdate: instant, nextUpdate: instant, sha256: digestSchema, claimed });
export type RegisteredCrl = z.infer<typeof registeredCrl>;

const registeredRevocation = z.strictObject({
  /** The certificate by which the CA issues. */
  issuer: name,
  serial,
  /** Null for a serial that no certificate of the register has. */
  certificate: certificateName.nullable(),
  date: instant,
  reason: z.enum(CLAIMED_REASONS),
  /** When a hold was released: from then on it stands in no CRL. */
  released: instant.nullable(),
  claimed,
});
export type RegisteredRevocation = z.infer<typeof registeredRevocation>;

const possibly = z.strictObject({
  run, step: z.int().min(1), kind: z.enum(["certificate", "request", "crl", "artifact"]), name: z.string(), issuer: z.string(),
  tbs: z.strictObject({ length: z.int().min(0), sha256: digestSchema }), burned: z.string(),
});

const registerSchema = z.strictObject({
  format: z.literal(REGISTER_FORMAT, { error: ({ input }) => otherFormat(REGISTER_FORMAT, input) }),
  ceremony: z.string(), run, assurance: z.enum(["test", "software-keys", "production"]), outcome: z.enum(["done", "stopped"]),
  /** Of a rehearsal, and absent otherwise: the plan digest of what was rehearsed, hex. No ceremony goes on from such a register. */
  rehearsal: digestSchema.exactOptional(),
  /** The last instant that people attested, in this ceremony or before: no later ceremony is held before it. Null: nobody ever did. */
  attested: instant.nullable(),
  /** SHA-256 of the seal.txt of the ceremonies before, hex. */
  previous: z.array(digestSchema),
  tokens: z.array(registeredToken),
  keys: z.array(registeredKey),
  /** CKA_IDs of objects that a ceremony made and could not account for. */
  strayIds: z.array(hexSchema),
  certificates: z.array(registeredCertificate),
  requests: z.array(z.strictObject({ name, key: name, subject: z.string(), sha256: digestSchema })),
  crls: z.array(registeredCrl),
  /** By the name of the issuer's certificate: the last number, used or burned. */
  lastCrlNumbers: z.record(z.string(), number),
  possiblyIssued: z.array(possibly),
  revocations: z.array(registeredRevocation),
  bundles: z.array(z.strictObject({ run, bundle: name, platform: z.string(), files: z.array(z.strictObject({ path: z.string(), sha256: digestSchema })) })),
  /** What keys signed for platforms. */
  artifacts: z.array(z.strictObject({ run, artifact: name, format: z.string(), key: name, files: z.array(z.strictObject({ path: z.string(), sha256: digestSchema })) })),
  /** Absent while there is none. */
  backups: z.array(registeredBackup).min(1).exactOptional(),
  /** Runs at which nobody was there, under which approval (SHA-256 of standing.txt, hex), and the ceremony that went on from them with people; absent while there is none. */
  standing: z.array(z.strictObject({ approval: digestSchema, run, number, countersigned: run.exactOptional() })).min(1).exactOptional(),
  /** What scripts said of rotation up to now; absent where none did. */
  rotation: rotationSchema.exactOptional(),
  /** Of this ceremony. */
  exceptions: z.array(z.looseObject({ step: z.int().min(0), kind: z.string() })),
});
export type Register = z.infer<typeof registerSchema>;

/** The octets of register.json: RFC 8785, without a final LF. */
export function writeRegister(register: Register): Uint8Array {
  return canonicalBytes(register);
}

/**
 * Reads register.json.
 * @throws Fault form-json for another spelling, form-register for unknown or missing fields, a name twice, or a certificate with another digest
 */
export function readRegister(bytes: Uint8Array): Register {
  const { data, error } = registerSchema.safeParse(parseCanonical(bytes));
  if (data === undefined) {
    const issue = error.issues[0];
    throw new Fault("form-register", `expected a register of the format ${REGISTER_FORMAT}, found at ${issue?.path.join(".") || "its top"}: ${issue?.message ?? "something else"}`);
  }
  requireOnce("key", data.keys.map(({ key }) => key));
  requireOnce("certificate or CRL", [...data.certificates, ...data.crls].map((one) => one.name));
  requireOnce("backup", (data.backups ?? []).map(({ backup }) => backup));
  requireOnce("token", data.tokens.map(({ token }) => token));
  for (const { name: certificate, der, sha256 } of data.certificates) {
    if (der !== "" && sha256Hex(fromHex(der)) !== sha256) throw new Fault("form-register", `expected the certificate ${certificate} to have the SHA-256 ${sha256}, found other octets`);
  }
  return data;
}

function requireOnce(what: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const one of names) {
    if (seen.has(one)) throw new Fault("form-register", `expected each ${what} of a register once, found ${one} twice`);
    seen.add(one);
  }
}
