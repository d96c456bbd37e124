// What of a token this machine lacks.
import { findLibrary, findProgram } from "../../softhsm/system.mjs";

export { findLibrary };

/** The first of these modules and programs that is not on this machine; undefined when all are. */
export function firstMissing({ modules = [], programs = [] }) {
  return modules.find((file) => findLibrary(file) === undefined) ?? programs.find((program) => findProgram(program) === undefined);
}
