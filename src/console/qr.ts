/** A QR code at the terminal: how octets leave a host that has no network and takes no medium. */
import qrcode from "qrcode-terminal";

/** The lines of the picture. @param text base64 or hex; ASCII */
export function qrLines(text: string): string[] {
  let picture = "";
  qrcode.generate(text, { small: true }, (made) => {
    picture = made;
  });
  return picture.split("\n");
}
