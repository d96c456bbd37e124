/** Effect `unwrap-key`: the private half is unwrapped, the public half made beside it, and both are read back. */
import { toHex } from "../bytes/hex.ts";
import { sameBytes } from "../bytes/text.ts";
import type { RequestOf } from "../ceremony/request.ts";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import type { KeyAlgorithm } from "../x509/algorithm.ts";
import { readSpki, rsaModulus, rsaSpki } from "../x509/spki.ts";
import { CKA, CKK, CKO } from "./attributes.ts";
import { CkrError, failedEffect } from "./ckr.ts";
import { carriers, refuseInUse } from "./free.ts";
import { readBack } from "./generate-key-pair.ts";
import { curveParameters, generationOf, signatureMechanism } from "./mechanism.ts";
import { demandMechanism } from "./offer.ts";
import { publicKeyOf } from "./public-key.ts";
import { idOctets, keyTemplate, template, type CheckedTemplate, type Extra } from "./template.ts";
import type { OpenToken, Tokens } from "./tokens.ts";
import { unwrapMechanismOf } from "./wrap-mechanism.ts";

type Unwrap = RequestOf<"unwrap-key">;

/** Octets of an uncompressed point, 04 ‖ X ‖ Y. */
const POINT_LENGTH: Readonly<Partial<Record<KeyAlgorithm, number>>> = { "ecdsa-p256": 65, "ecdsa-p384": 97, "ecdsa-p521": 133, ed25519: 32 };
const EXPONENT_65537 = Uint8Array.of(0x01, 0x00, 0x01);

interface Unwrapping {
  readonly open: OpenToken;
  readonly mechanism: number;
  readonly privateTemplate: CheckedTemplate;
  readonly publicTemplate: CheckedTemplate;
  /** What custodians brought. */
  readonly secret: Uint8Array;
}

/**
 * Checks templates, mechanisms, and that neither id nor label is in use; the custodians have brought their shares before.
 * @returns what puts the effect to the token
 */
export async function prepareUnwrap(tokens: Tokens, request: Unwrap): Promise<() => Promise<Observation>> {
  const extra = publicExtra(request);
  const publicTemplate = keyTemplate("public", request, extra, request.publicTemplate);
  const privateTemplate = keyTemplate("private", request, generationOf(request.algorithm).privateExtra, request.privateTemplate);
  const open = await tokens.reachLoggedIn(request);
  const mechanism = unwrapMechanismOf(request.token, open.slot, request.mechanism);
  demandMechanism(request.token, open.slot, signatureMechanism(request.signature), "sign");
  if (open.slot.state().writeProtected) throw new Fault("hsm-call", `token ${request.token} is write-protected (CKF_WRITE_PROTECTED)`, ["lift the write protection by the vendor's console"]);
  refuseInUse(request.token, carriers(open.session, request));
  const secret = tokens.secrets?.spend(request);
  if (secret === undefined) throw new Fault("bug-unreachable", "a key is unwrapped and nobody brings the shares");
  return () => unwrap(tokens, request, { open, mechanism, privateTemplate, publicTemplate, secret });
}

/** The public key as the attributes of its object. @throws Fault hsm-template for a key that is not of the algorithm */
function publicExtra({ algorithm, spki }: Unwrap): Extra {
  const der = spki.open();
  const { algorithm: found, description } = readSpki(der);
  if (found !== algorithm) throw new Fault("hsm-template", `expected a public key of ${algorithm}, found ${description}`);
  const [type] = generationOf(algorithm).publicExtra;
  if (type === undefined) throw new Fault("bug-unreachable", "an algorithm without a key type");
  const curve = curveParameters(algorithm);
  if (curve !== null) return [type, { type: CKA.EC_PARAMS, value: curve }, { type: CKA.EC_POINT, value: wrapPoint(der.subarray(-(POINT_LENGTH[algorithm] ?? 0))) }];
  const modulus = rsaModulus(der) ?? new Uint8Array();
  if (!sameBytes(rsaSpki(modulus, EXPONENT_65537), der)) throw new Fault("hsm-template", "expected an RSA key with the exponent 65537, found another");
  return [type, { type: CKA.MODULUS, value: Buffer.from(modulus) }, { type: CKA.PUBLIC_EXPONENT, value: Buffer.from(EXPONENT_65537) }];
}

/** CKA_EC_POINT is a DER OCTET STRING (PKCS#11 v2.40 2.3.3). */
function wrapPoint(point: Uint8Array): Buffer {
  const header = point.length < 0x80 ? [0x04, point.length] : [0x04, 0x81, point.length];
  return Buffer.from([...header, ...point]);
}

async function unwrap(tokens: Tokens, request: Unwrap, unwrapping: Unwrapping): Promise<Observation> {
  const { kind } = request;
  const { open, secret } = unwrapping;
  const progress = { made: false };
  try {
    makeBoth(request, unwrapping, progress);
    const answer = readBack(open.session, request);
    const other = answer.outcome === "done" ? otherModulus(open, request) : null;
    if (answer.outcome === "unknown") await tokens.renew(open);
    return other === null ? answer : { kind, outcome: "wrong", why: other };
  } catch (error) {
    if (!(error instanceof CkrError)) throw error;
    await tokens.renew(open);
    return failedEffect(kind, error, !progress.made);
  } finally {
    secret.fill(0);
  }
}

/** The unwrapping key is an object of the session, and private: it is gone when the session is. */
function makeBoth(request: Unwrap, { open: { session }, mechanism, privateTemplate, publicTemplate, secret }: Unwrapping, progress: { made: boolean }): void {
  const octets = Buffer.from(secret);
  const attributes = template([
    { type: CKA.CLASS, value: CKO.SECRET_KEY }, { type: CKA.KEY_TYPE, value: CKK.AES }, { type: CKA.TOKEN, value: false }, { type: CKA.PRIVATE, value: true },
    { type: CKA.SENSITIVE, value: true }, { type: CKA.EXTRACTABLE, value: false }, { type: CKA.UNWRAP, value: true }, { type: CKA.WRAP, value: false },
    { type: CKA.ENCRYPT, value: false }, { type: CKA.DECRYPT, value: false }, { type: CKA.VALUE, value: octets },
  ]);
  try {
    const unwrapping = session.create(attributes);
    session.unwrap(mechanism, unwrapping, Buffer.from(request.blob.open()), privateTemplate);
    progress.made = true;
    session.destroy(unwrapping);
    session.create(publicTemplate);
  } finally {
    octets.fill(0);
    for (const { value } of attributes) if (Buffer.isBuffer(value)) value.fill(0);
  }
}

/** An RSA private key shows its modulus, which tells it from another one; an EC key shows nothing, and proves itself by what it signs. */
function otherModulus({ session }: OpenToken, { id, algorithm, spki }: Unwrap): string | null {
  if (!algorithm.startsWith("rsa-")) return null;
  const [key] = session.find({ class: CKO.PRIVATE_KEY, id: toHex(idOctets(id)) });
  const found = key === undefined ? null : publicKeyOf(session, key, CKK.RSA);
  return found === null || sameBytes(found, spki.open()) ? null : `expected the key with the SPKI SHA-256 ${spki.sha256}, the token unwrapped another`;
}
