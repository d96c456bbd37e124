/** A CA that was made elsewhere, and the first ceremony that takes it over. */
import { held, SIGNING_FILES } from "./pack.ts";
import { HEAD, ROOT, type Octets } from "./scripts.ts";
import { RUN, type World } from "./world.ts";

/** What stands for another program: a root with two certificates and three lists, of which only the last is brought along. */
export const ELSEWHERE = ROOT.replace("  - issue-crl: { crl: root-crl,", `  - sign-request: { request: requests/device.csr, certificate: device, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }
  - issue-crl: { crl: old-crl, issuer: root-ca, valid: { for: P1Y } }
  - issue-crl: { crl: root-crl, revoke: [{ certificate: device, reason: superseded }],`);

export const ADOPT = `  - adopt: { certificate: old-root, file: ca/root.crt, key: root, token: vault, label: root-${RUN}, backup: none, crl: periodic, issued: [{ certificate: pump, file: ca/device.crt }], last-crl: ca/last.crl }
`;
export const LIST = "  - issue-crl: { crl: first-crl, issuer: old-root, valid: { for: P1Y } }\n";
/** A first ceremony that adopts what was made elsewhere. */
export const adoptingScript = (steps = ADOPT + LIST) => `${HEAD}tokens:
  vault: { holds: [root, transcript] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
${steps}  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: old-root, profile: private/transcript, valid: { for: P10Y } }
  - close: { transcript-key: transcript }
`;

/** When it is adopted, milliseconds of Unix time. */
export const LATER = Date.UTC(2027, 1, 1);

/** The token of such a CA, and the files that its people bring along. */
export async function madeElsewhere(): Promise<{ readonly elsewhere: World; readonly files: Octets }> {
  const { world } = await held(ELSEWHERE, SIGNING_FILES);
  const text = (path: string) => world.record.text(`artifacts/${path}`);
  return { elsewhere: world, files: { ...SIGNING_FILES, "ca/root.crt": text("certificates/root-ca.pem"), "ca/device.crt": text("certificates/device.pem"), "ca/last.crl": text("crls/root-crl.pem") } };
}
