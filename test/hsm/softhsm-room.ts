/** A SoftHSM of a test's own: a token folder in the temporary folder, PINs, and a list of what the room told. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, type PinSource } from "../../src/console/secret.ts";
import type { HsmEvents, TokenBinding } from "../../src/hsm/binding.ts";
import type { RequestOf } from "../../src/ceremony/request.ts";
import { MECHANISM_OF } from "../../src/x509/algorithm.ts";

export const SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so";
/** For the `skip` of tests. */
export const noSoftHsm: string | false = existsSync(SOFTHSM) ? false : "tool missing: softhsm2";

export const USER_PIN = "user-1234";
export const SO_PIN = "so-567890";

export interface TestRoom {
  readonly folder: string;
  readonly tokens: string;
  readonly conf: string;
  binding(serial: string | null): TokenBinding;
  /** Initialises a token by SoftHSM's own tool. */
  makeToken(label: string): void;
  remove(): void;
}

export function makeRoom(): TestRoom {
  const folder = mkdtempSync(join(tmpdir(), "anchorite-hsm-"));
  const [tokens, conf] = [join(folder, "tokens"), join(folder, "softhsm2.conf")];
  mkdirSync(tokens);
  writeFileSync(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n`);
  const environment = { SOFTHSM2_CONF: conf };
  return {
    folder, tokens, conf,
    binding: (serial) => ({ module: SOFTHSM, serial, environment, initString: null }),
    makeToken: (label) => {
      execFileSync("softhsm2-util", ["--init-token", "--free", "--label", label, "--pin", USER_PIN, "--so-pin", SO_PIN], { env: { ...process.env, ...environment }, stdio: "pipe" });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** PINs as a test wants them; `asked` lists who was asked, with the warning. */
export function pinsOf(pins: { user: string; so: string } = { user: USER_PIN, so: SO_PIN }): PinSource & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    pin: async (token, role, warning) => {
      asked.push(`${token} ${role}${warning === "" ? "" : `: ${warning}`}`);
      return new Secret(pins[role]);
    },
  };
}

export function eventsInto(told: string[]): HsmEvents {
  return {
    login: async (token, _serial, role) => void told.push(`login ${token} ${role}`),
    logout: async (token) => void told.push(`logout ${token}`),
    loginRefused: async (token, _serial, ckr) => void told.push(`refused ${token} ${ckr}`),
  };
}

/** A template as a careful script resolves it. */
export const PRIVATE_TEMPLATE = {
  TOKEN: true, PRIVATE: true, SENSITIVE: true, EXTRACTABLE: false, SIGN: true, SIGN_RECOVER: false, DECRYPT: false, UNWRAP: false,
  DERIVE: false, MODIFIABLE: false, COPYABLE: false, DESTROYABLE: true,
};
export const PUBLIC_TEMPLATE = {
  TOKEN: true, PRIVATE: false, VERIFY: true, VERIFY_RECOVER: false, ENCRYPT: false, WRAP: false, DERIVE: false, MODIFIABLE: false, COPYABLE: false, DESTROYABLE: true,
};

export function generateRequest(change: Partial<RequestOf<"generate-key-pair">>): RequestOf<"generate-key-pair"> {
  return {
    kind: "generate-key-pair", step: 1, token: "vault", serial: null, label: "root", id: "0a".repeat(20), algorithm: "ecdsa-p256", signature: MECHANISM_OF[change.algorithm ?? "ecdsa-p256"],
    privateTemplate: PRIVATE_TEMPLATE, publicTemplate: PUBLIC_TEMPLATE, ...change,
  };
}
