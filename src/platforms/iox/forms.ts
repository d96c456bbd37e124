/** The words of a trust anchor, and the paths of a package's files, as a script gives them. */

export const INFO = { pattern: /^(?=.{1,100}$)[!-~]+( [!-~]+)*$/, what: "one line of 1 to 100 ASCII characters with single blanks, such as Example edge app CA" };
export const VERSION = { pattern: /^v[1-9][0-9]{0,5}$/, what: "a version such as v1" };

/** A path as any other, but that one file of a package begins with a dot. */
export const PACKAGE_FILE = {
  pattern: /^(?!lists\/)(?=.{1,200}$)([A-Za-z0-9_][A-Za-z0-9._+~-]*\/)*(\.package\.metadata|[A-Za-z0-9_][A-Za-z0-9._+~-]*)$/,
  what: "a path below the script's folder of letters, digits, dots, hyphens, plus signs, tildes and slashes, each part of it but .package.metadata starting with a letter, a digit or an underscore, and not below lists/",
};
