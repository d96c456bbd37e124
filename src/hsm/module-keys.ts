/** By what modules and open tokens are told apart within a process. */
import type { TokenBinding } from "./binding.ts";
import { CkrError } from "./ckr.ts";
import type { CryptokiModule } from "./module.ts";

/** What a process loads a module by, once. */
export function moduleKey({ module, environment, initString }: TokenBinding): string {
  return JSON.stringify([module, Object.entries(environment).sort(), initString]);
}

/** The key of an open token: real path of its module, serial, and label where the station gives one. */
export function openKey(module: CryptokiModule, serial: string, label: string | undefined): string {
  return JSON.stringify([module.path, serial, label ?? null]);
}

/** Whether `openKey` made this of a token of the module. */
export function isOfModule(key: string, module: CryptokiModule): boolean {
  return key.startsWith(`[${JSON.stringify(module.path)},`);
}

/** Whether a module still says anything. */
export function answers(module: CryptokiModule): boolean {
  try {
    return module.slots().length >= 0;
  } catch (error) {
    if (error instanceof CkrError) return false;
    throw error;
  }
}
