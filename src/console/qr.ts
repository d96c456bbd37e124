/** QR codes at the terminal: how octets leave a host that has no network and takes no medium. */
import qrcode from "qrcode-terminal";

/** Octets that a code of each version holds in byte mode at error correction L, from version 1 (ISO/IEC 18004 table 7), up to the largest that cameras read well. */
const CAPACITIES = [
  17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520, 586, 644, 718,
] as const;
/** Light modules on every side: without them readers do not see where the code ends. */
const QUIET = 2;
/** Rows of a caption, and the one of the cursor. */
const OTHER_ROWS = 3;

/** Bright white on black, whatever the colours of the terminal; on a light one its own colours would turn the code over. */
const [ON, OFF] = ["\u001b[0;97;40m", "\u001b[0m"];
const [LIGHT, UPPER] = ["\u2588", "\u2580"];

/** Of a terminal, in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** The octets that one code may hold on a screen of this size, with caption and cursor; 0 where none fits. */
export function roomOn({ columns, rows }: ScreenSize): number {
  const fitting = CAPACITIES.filter((_, i) => {
    const modules = 17 + 4 * (i + 1) + 2 * QUIET;
    return modules <= columns && Math.ceil(modules / 2) <= rows - OTHER_ROWS;
  });
  return fitting[fitting.length - 1] ?? 0;
}

/**
 * The lines of the picture, two rows of modules a line, with its colours: here colour is the data, and NO_COLOR does not apply.
 * @param text ASCII, or octets as characters up to U+00FF
 */
export function qrLines(text: string): string[] {
  let picture = "";
  qrcode.generate(text, { small: true }, (made) => {
    picture = made;
  });
  // it draws one light module around; its first line is half dark
  const rows = picture.split("\n").slice(1).filter((row) => row !== "");
  const width = (rows[0]?.length ?? 0) + 2;
  const framed = [LIGHT.repeat(width), ...rows.map((row) => LIGHT + row + LIGHT), UPPER.repeat(width)];
  return framed.map((row) => `${ON}${row}${OFF}`);
}
