// The five software tokens by name, each with what it needs on this machine.
import * as nss from "./nss.mjs";
import * as opencryptoki from "./opencryptoki.mjs";
import * as p11kit from "./p11-kit.mjs";
import * as softhsm from "./softhsm.mjs";
import * as tpm from "./tpm.mjs";

/**
 * A kit: `title` for people, `packages` of Debian, `missing()` what this machine lacks (or undefined), and
 * `make({ folder, tokens })`, which makes everything below `folder` and returns what the station says of each token.
 */
export const KITS = { softhsm, nss, opencryptoki, tpm, "p11-kit": p11kit };

export const KIT_NAMES = Object.keys(KITS);
