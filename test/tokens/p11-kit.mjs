// SoftHSM behind p11-kit remoting: the module speaks to a server through a socket, which starts one remote for each client.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findModule } from "../../softhsm/system.mjs";
import { startDaemon, until } from "./daemons.mjs";
import { findLibrary, firstMissing } from "./modules.mjs";

export const title = "SoftHSM behind p11-kit";
export const packages = ["softhsm2", "p11-kit"];
export const initialises = true;

const CLIENT = "p11-kit-client.so";

export const missing = () => (findModule() === undefined ? "libsofthsm2.so" : firstMissing({ modules: [CLIENT], programs: ["p11-kit"] }));

export function make({ folder, tokens }) {
  const socket = join(folder, "p11-kit.sock");
  const environment = { SOFTHSM2_CONF: join(folder, "softhsm2.conf") };
  const server = startDaemon(folder, "p11-kit", "p11-kit", ["server", "-f", "--provider", findModule(), "-n", socket, "pkcs11:"], environment);
  until(folder, "p11-kit", () => existsSync(socket));
  const entry = { module: findLibrary(CLIENT), environment: { P11_KIT_SERVER_ADDRESS: `unix:path=${socket}` }, serial: "uninitialized" };
  return { tokens: Object.fromEntries(tokens.map((token) => [token, entry])), server };
}
