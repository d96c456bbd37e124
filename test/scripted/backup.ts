/** Three ceremonies of one root: backed up, restored on another token, destroyed on both. */
import { sshLine } from "./keys.ts";
import { held, packOf, SIGNING_FILES, type Pack } from "./pack.ts";
import { HEAD, type Octets } from "./scripts.ts";
import type { World } from "./world.ts";

const CUSTODIANS = `  carol: { name: Carol Example, role: custodian, key: people/carol.pub }
  erin:  { name: Erin Example,  role: custodian, key: people/erin.pub }
  frank: { name: Frank Example, role: custodian, key: people/frank.pub }
quorum:`;
export const CUSTODIAN_HEAD = HEAD.replace("quorum:", CUSTODIANS);
export const CUSTODIAN_FILES: Octets = { ...SIGNING_FILES, "people/carol.pub": sshLine("carol"), "people/erin.pub": sshLine("erin"), "people/frank.pub": sshLine("frank") };

export const BACK_UP = "  - back-up-key: { backup: first, key: root, threshold: 2, custodians: [carol, erin, frank] }\n";

/** A root with a backup, a spare key, and the key that seals. */
export const BACKED_UP = `${CUSTODIAN_HEAD}tokens:
  vault: { holds: [root, spare, transcript] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: wrap }
${BACK_UP}  - generate-key-pair: { key: spare, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y } }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P10Y } }
  - close: { transcript-key: transcript, keeps: [spare] }
`;

export const RESTORE = "  - restore-key: { key: root, token: reserve, from: first, blob: previous/artifacts/backups/first.wrapped, shares: { carol: 1, erin: 2, frank: 3 }, backup: none }\n";
export const PROOF = "  - issue-crl: { crl: proof-crl, issuer: root-ca, valid: { for: P1Y } }\n";

/** The root is restored on a second token and proves itself; another key is backed up; the spare one is destroyed. */
export const restoringScript = ({ lines }: Pick<Pack, "lines">, steps = RESTORE + PROOF): string => `${CUSTODIAN_HEAD}${lines}tokens:
  vault: { holds: [transcript, spare] }
  reserve: { holds: [root, next] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - initialize-token: { token: reserve }
${steps}  - generate-key-pair: { key: next, token: reserve, algorithm: ecdsa-p256, backup: wrap }
  - back-up-key: { backup: second, key: next, threshold: 2, custodians: [erin, frank] }
  - create-request: { request: next, key: next, subject: { CN: Example Next } }
  - destroy-key: { key: spare }
  - close: { transcript-key: transcript }
`;

export const DESTROY = "  - destroy-key: { key: root }\n";

export const destroyingScript = ({ lines }: Pick<Pack, "lines">, steps = DESTROY): string => `${HEAD}${lines}tokens:
  vault: { holds: [transcript] }
  reserve: { holds: [root, next] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - inspect-token: { token: reserve }
${steps}  - close: { transcript-key: transcript }
`;

/** The pack with what was wrapped, which a restoration takes from the record. */
export function packWithBackups(world: World): Pack {
  const pack = packOf(world);
  const blobs = world.record.artifacts().filter((path) => path.startsWith("backups/"));
  return { ...pack, files: { ...CUSTODIAN_FILES, ...pack.files, ...Object.fromEntries(blobs.map((path) => [`previous/artifacts/${path}`, world.record.files.get(`artifacts/${path}`) ?? new Uint8Array()])) } };
}

export interface Kept {
  readonly world: World;
  readonly pack: Pack;
}

/** The first ceremony. */
export async function backedUp(): Promise<Kept> {
  const { world } = await held(BACKED_UP, CUSTODIAN_FILES);
  return { world, pack: packWithBackups(world) };
}

/** The first two. */
export async function restored(): Promise<Kept & { readonly before: Kept }> {
  const before = await backedUp();
  const { world } = await held(restoringScript(before.pack), before.pack.files, before.world);
  return { world, pack: packWithBackups(world), before };
}
