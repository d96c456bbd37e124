/**
 * A PKCS#11 module of this host: found fit before it is loaded, loaded once a process, initialised with locking.
 * Loading something else, or initialising a half-loaded instance, ends the process; neither can be reached from here.
 */
import { Module } from "graphene-pk11";
import { isAbsolute } from "node:path";
import { Fault } from "../fault.ts";
import { readRegular, realPath } from "../room/files.ts";
import type { TokenBinding } from "./binding.ts";
import { callFault, CkrError, native } from "./ckr.ts";
import { applyEnvironment } from "./environment.ts";
import { demandModule } from "./shared-object.ts";
import type { LibraryInfo } from "./left-out.ts";
import { TokenSlot, unpadded } from "./slot.ts";

const CKF_OS_LOCKING_OK = 2;
const MODULE_LIMIT = 512 * 1024 * 1024;

interface Loaded {
  readonly module: Module;
  /** How it was configured, as text: a module reads its configuration when it likes, so one process has one. */
  readonly configuration: string;
  users: number;
}

const loaded = new Map<string, Loaded>();

/** CK_INFO in words. */
export interface LibraryDescription {
  readonly manufacturer: string;
  readonly description: string;
  readonly version: string;
  readonly cryptoki: string;
}

/** A module that is initialised. Slots leave it only as `TokenSlot`. */
export class CryptokiModule {
  readonly path: string;
  readonly #loaded: Loaded;

  private constructor(path: string, shared: Loaded) {
    this.path = path;
    this.#loaded = shared;
  }

  /**
   * Loads and initialises the module of a binding (PKCS#11 v2.40 5.4, C_Initialize with CKF_OS_LOCKING_OK).
   * @throws Fault hsm-module when it is missing or no PKCS#11 module, hsm-configuration when it does not initialise,
   *   hsm-environment when this process already uses it with another configuration
   */
  static open(binding: TokenBinding): CryptokiModule {
    const path = locate(binding.module);
    const configuration = JSON.stringify([Object.entries(binding.environment).sort(), binding.initString]);
    const shared = loaded.get(path) ?? load(path, binding, configuration);
    if (shared.configuration !== configuration) {
      throw new Fault("hsm-environment", `the module ${binding.module} is wanted with two environments or init strings`, [
        "give every token of a module the same environment and init string in the station",
      ]);
    }
    if (shared.users === 0) initialize(shared.module, binding);
    shared.users++;
    return new CryptokiModule(path, shared);
  }

  /** Slots that hold a token, as they are now. @throws CkrError */
  slots(): TokenSlot[] {
    const slots = native("C_GetSlotList", () => this.#loaded.module.getSlots(true));
    const library = this.#info();
    return Array.from({ length: slots.length }, (_, i) => new TokenSlot(native("C_GetSlotInfo", () => slots.items(i)), library));
  }

  #info(): LibraryInfo {
    const { manufacturerID, libraryDescription, cryptokiVersion: version } = native("C_GetInfo", () => this.#loaded.module.lib.C_GetInfo());
    return { manufacturer: unpadded(manufacturerID), description: unpadded(libraryDescription), version };
  }

  /** CK_INFO, for people. @throws CkrError */
  description(): LibraryDescription {
    const { manufacturerID, libraryDescription, libraryVersion, cryptokiVersion } = native("C_GetInfo", () => this.#loaded.module.lib.C_GetInfo());
    const text = ({ major, minor }: { readonly major: number; readonly minor: number }) => `${major}.${minor}`;
    return { manufacturer: manufacturerID.replace(/[\0 ]+$/, ""), description: libraryDescription.replace(/[\0 ]+$/, ""), version: text(libraryVersion), cryptoki: text(cryptokiVersion) };
  }

  /** Finalizes the module when nobody else in this process uses it. It stays loaded: unloading gains nothing and may crash. */
  close(): void {
    this.#loaded.users--;
    if (this.#loaded.users === 0) native("C_Finalize", () => this.#loaded.module.finalize());
  }
}

function locate(path: string): string {
  if (!isAbsolute(path)) throw new Fault("hsm-module", `expected the absolute path of a PKCS#11 module, found ${path}`);
  try {
    return realPath(path);
  } catch (cause) {
    throw new Fault("hsm-module", `no PKCS#11 module at ${path}`, ["check the path in the station, and that the module's package is installed"], { cause });
  }
}

function load(path: string, binding: TokenBinding, configuration: string): Loaded {
  demandModule(path, readModule(path));
  applyEnvironment(binding.environment);
  try {
    const shared = { module: Module.load(path), configuration, users: 0 };
    loaded.set(path, shared);
    return shared;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault("hsm-module", `the module ${path} does not load: ${reason}`, ["check that it is built for this machine and that the libraries it needs are installed"], { cause });
  }
}

function readModule(path: string): Uint8Array {
  try {
    return readRegular(path, MODULE_LIMIT);
  } catch (cause) {
    throw new Fault("hsm-module", `cannot read the PKCS#11 module ${path}`, ["check the path in the station, and that the file may be read"], { cause });
  }
}

/** graphene's `initialize` hides CKR_CRYPTOKI_ALREADY_INITIALIZED, so the raw call is made. The binding cuts the last octet of the string. */
function initialize(module: Module, binding: TokenBinding): void {
  const options = binding.initString === null ? { flags: CKF_OS_LOCKING_OK } : { flags: CKF_OS_LOCKING_OK, libraryParameters: `${binding.initString} ` };
  try {
    native("C_Initialize", () => module.lib.C_Initialize(options));
  } catch (error) {
    if (!(error instanceof CkrError)) throw error;
    const fault = callFault(error, `the module ${binding.module} does not initialise`, "hsm-configuration");
    throw new Fault(fault.code, fault.message, [configurationHint(binding), ...fault.hints], { cause: error });
  }
}

function configurationHint(binding: TokenBinding): string {
  const named = Object.entries(binding.environment).map(([name, value]) => `${name}=${value}`);
  const given = named.length === 0 ? "the station sets no environment variable for it" : `the station sets ${named.join(", ")}`;
  return `${given}; for SoftHSM, SOFTHSM2_CONF must name a readable file, and directories.tokendir in it a folder that exists and may be written`;
}
