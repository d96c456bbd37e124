import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { claimHolds } from "../room/claims.ts";
import { sshFingerprint, type SshPublicKey } from "../transcript/sshkey.ts";
import { readSshSignature, sshSignatureClaim, type Namespace } from "../transcript/sshsig.ts";

/** Whose signature is expected, and what it means. */
export interface ExpectedSigner {
  readonly id: string;
  readonly key: SshPublicKey;
  readonly namespace: Namespace;
}

/**
 * Reads with our own parser what ssh-keygen gave, before it is kept.
 * @param armour the signature (SSHSIG, armoured) over `bytes`
 * @throws Fault seal-signer for another key, seal-signature for another namespace or a signature that does not verify
 */
export function requireSignature(armour: Uint8Array, { id, key, namespace }: ExpectedSigner, bytes: Uint8Array): void {
  const signature = readSshSignature(armour);
  if (!sameBytes(signature.publicKey.blob, key.blob)) {
    throw new Fault("seal-signer", `expected the key of ${id} in the plan, ${sshFingerprint(key.blob)}; found ${sshFingerprint(signature.publicKey.blob)}`, ["give that person's own key"]);
  }
  if (signature.namespace !== namespace) throw new Fault("seal-signature", `expected the namespace ${namespace}, found ${signature.namespace}`);
  if (!claimHolds(sshSignatureClaim(id, signature, bytes))) throw new Fault("seal-signature", "the signature that ssh-keygen made does not verify");
}
