/** What a format of `sign-artifact` is: octets to be signed come out, with what a person is shown of them; then, with the signature, files. */
import type { Mechanism } from "../x509/algorithm.ts";
import type { Acceptance, BundleFile, Shelf } from "./platform.ts";

/** What people see before they sign: what is in the file, by the format's own words. */
export interface ShownFact {
  readonly what: string;
  readonly value: string;
}

/** The circumstances of a signature. */
export interface Signing {
  readonly mechanism: Mechanism;
  /** The attested instant. */
  readonly instant: string;
  /** SubjectPublicKeyInfo of the key, DER; a stand-in before there is one. */
  readonly spki: Uint8Array;
}

/** What is to be signed. */
export interface Prepared {
  /** The octets; the room hashes them as the mechanism says. */
  readonly message: Uint8Array;
  /** The files, once the message is signed; same shelf, same signature, same octets. @param signature ECDSA as r ‖ s, RSA as the octet string */
  finish(signature: Uint8Array): readonly BundleFile[];
}

export interface ArtifactFormat {
  /** What the key may sign with; whoever verifies knows no other. */
  readonly mechanisms: readonly Mechanism[];
  /** Of the shelf alone: known before there is a key. */
  shown(shelf: Shelf): readonly ShownFact[];
  /** What the consumer will look at, as far as it is known before the signature. @param isTrial whether keys and certificates are stand-ins */
  acceptance(shelf: Shelf, signing: Signing, isTrial: boolean): readonly Acceptance[];
  /** @throws Fault form-… for a file that `acceptance` refuses */
  prepare(shelf: Shelf, signing: Signing): Prepared;
}
