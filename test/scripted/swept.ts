/** What is swept: the examples of ceremonies/, word for word, and a ceremony that goes on from a register. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { subjectAltNames } from "../../src/x509/extension.ts";
import { TestKey } from "../x509/test-key.ts";
import { checkout } from "../tools.ts";
import { BACKED_UP, CUSTODIAN_FILES, packWithBackups, restoringScript } from "./backup.ts";
import { SimulatedDisk } from "./disk.ts";
import { asked, makeKeyPair, makeRequest, type KeyPair } from "./keys.ts";
import { packOf, renewalScript, SIGNING_FILES } from "./pack.ts";
import { FILES, goodPlan, SEALED, type Octets } from "./scripts.ts";
import type { Remains } from "./sweep.ts";
import { ScriptedToken } from "./token.ts";
import { World, type GoodPlan } from "./world.ts";

export interface Swept {
  readonly source: GoodPlan;
  /** A disk with nothing on it, and the tokens as they are before. Fresh at each call. */
  begin(): Remains;
}

/** Signs one message once, whoever asks for it in whatever process: so that records can be compared octet by octet, and for speed. */
class Remembering implements KeyPair {
  readonly #key: KeyPair;
  readonly #made = new Map<string, Uint8Array>();

  constructor(key: KeyPair) {
    this.#key = key;
  }

  get spki(): Uint8Array {
    return this.#key.spki;
  }

  sign(message: Uint8Array): Uint8Array {
    const digest = sha256Hex(message);
    const signature = this.#made.get(digest) ?? this.#key.sign(message);
    this.#made.set(digest, signature);
    return signature;
  }
}

function emptyDisk(): SimulatedDisk {
  const disk = new SimulatedDisk();
  disk.makeFolder("/media");
  disk.sync(disk.open("/", "folder"));
  return disk;
}

function scriptOf(ceremony: string): string {
  return readFileSync(join(checkout, "ceremonies", ceremony, "script.yaml"), "utf8");
}

/** On fresh tokens, which make the same keys whenever they are asked. */
function onFreshTokens(script: string, files: Octets): Swept {
  const source = goodPlan(script, files);
  const keys = source.plan.steps.flatMap((step) => (step.rule === "generate-key-pair@1" ? [step] : []));
  const pairs = keys.map(({ key, algorithm, signature }) => ({ key, pair: new Remembering(new TestKey(algorithm, signature)) }));
  const tokenNamed = (i: number): ScriptedToken => {
    const made = new ScriptedToken(`serial-${i}`);
    made.pairOf = ({ label }) => pairs.find(({ key }) => label.startsWith(`${key}-`))?.pair;
    return made;
  };
  return { source, begin: () => ({ disk: emptyDisk(), tokens: new Map(source.plan.tokens.map(({ token }, i) => [token, tokenNamed(i)])), ticks: 0 }) };
}

const named = (...attributes: readonly (readonly [string, string])[]): string => makeRequest({ subject: attributes.map(([type, value]) => ({ type, value })) as never });
const host = "example-factory.ota-lite.example.test";

export function factory(): Swept {
  const tls = makeRequest({ subject: [{ type: "CN", value: host }], extensions: [asked(subjectAltNames({ dns: [host] }, false))] });
  return onFreshTokens(scriptOf("factory"), {
    ...FILES, "requests/tls.csr": tls, "requests/online-ca.csr": named(["CN", host], ["OU", "example-factory"]), "requests/local-ca.csr": named(["CN", "fio-0123456789abcdef01234567"], ["OU", "example-factory"]),
  });
}

export function hierarchy(): Swept {
  return onFreshTokens(scriptOf("hierarchy"), { ...FILES, "requests/app.csr": named(["CN", "Example IOx App"], ["O", "Example Devices"]), "requests/oem.csr": named(["O", "Example Automation"], ["CN", "com.example.oem"]) });
}

/** Goes on from the register of a ceremony before, on its token. */
export async function renewal(): Promise<Swept> {
  const world = new World(goodPlan(SEALED, SIGNING_FILES));
  world.vault.coming.push(new Remembering(makeKeyPair()), new Remembering(makeKeyPair()));
  await world.run();
  const pack = packOf(world);
  const source = goodPlan(renewalScript(pack), pack.files);
  // what it signed then was accounted for then
  for (const token of world.tokens.values()) token.signed.length = token.signedBy.length = token.effects.length = 0;
  return { source, begin: () => ({ disk: emptyDisk(), tokens: new Map([...world.tokens].map(([name, token]) => [name, token.copy()])), ticks: 0 }) };
}

/** A key restored, one wrapped, one destroyed and a PIN changed: every effect that the others do not have. */
export async function survival(): Promise<Swept> {
  const world = new World(goodPlan(BACKED_UP, CUSTODIAN_FILES));
  for (let i = 0; i < 3; i++) world.vault.coming.push(new Remembering(makeKeyPair()));
  await world.run();
  const pack = packWithBackups(world);
  const source = goodPlan(restoringScript(pack).replace("  - destroy-key", "  - change-pin: { token: vault }\n  - destroy-key"), pack.files);
  for (const token of world.tokens.values()) token.signed.length = token.signedBy.length = token.effects.length = 0;
  const reserve = new ScriptedToken("serial-reserve");
  const next = new Remembering(makeKeyPair());
  reserve.pairOf = () => next;
  return { source, begin: () => ({ disk: emptyDisk(), tokens: new Map([...world.tokens, ["reserve", reserve] as const].map(([name, token]) => [name, token.copy()])), ticks: 0 }) };
}
