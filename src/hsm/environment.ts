/** Environment variables that modules read. They are the process's own, so one variable has one value for all modules. */
import { Fault } from "../fault.ts";

const given = new Map<string, string>();

/**
 * Sets the variables of a binding.
 * @throws Fault hsm-environment for a name that is none, a value with NUL, or a variable that another module got with another value
 */
export function applyEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || value.includes("\0")) {
      throw new Fault("hsm-environment", `expected an environment variable, found ${JSON.stringify(name)}`);
    }
    if ((given.get(name) ?? value) !== value) {
      throw new Fault("hsm-environment", `the environment variable ${name} is wanted with two values`, ["give it one value for all tokens of the station"]);
    }
  }
  for (const [name, value] of Object.entries(environment)) {
    given.set(name, value);
    process.env[name] = value;
  }
}

/** What SOFTHSM2_MODULE says; null when it says nothing. */
export function softHsmVariable(): string | null {
  return process.env["SOFTHSM2_MODULE"] || null;
}

/** The processor that this program is built for, as Node calls it: `x64`. */
export function ownProcessor(): string {
  return process.arch;
}
