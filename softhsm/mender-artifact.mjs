// An unsigned Mender artifact of our own making: small, and the same octets each time.
import { createHash } from "node:crypto";

/** An unsigned Mender artifact, version 3, with one payload of one file. */
export function menderArtifact({ name, devices, type, file, content }) {
  const version = { name: "version", bytes: JSON.stringify({ format: "mender", version: 3 }) };
  const info = JSON.stringify({ payloads: [{ type }], artifact_provides: { artifact_name: name }, artifact_depends: { device_type: devices } });
  const header = { name: "header.tar", bytes: tar([{ name: "header-info", bytes: info }, { name: "headers/0000/type-info", bytes: JSON.stringify({ type }) }]) };
  const payload = { name: file, bytes: content };
  const sums = [{ name: `data/0000/${file}`, bytes: content }, header, version].map((one) => `${createHash("sha256").update(one.bytes).digest("hex")}  ${one.name}\n`);
  return tar([version, { name: "manifest", bytes: sums.join("") }, header, { name: "data/0000.tar", bytes: tar([payload]) }]);
}

/** A tar of small files (POSIX ustar), without a time, without an owner. */
function tar(entries) {
  const blocks = entries.flatMap(({ name, bytes }) => {
    const octets = Buffer.from(bytes);
    return [headerOf(name, octets.length), octets, Buffer.alloc(-octets.length & 511)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function headerOf(name, size) {
  const header = Buffer.alloc(512);
  for (const [at, text] of [[0, name], [100, "0000644\0"], [108, "0000000\0"], [116, "0000000\0"], [124, `${size.toString(8).padStart(11, "0")}\0`], [136, "00000000000\0"], [148, "        "], [156, "0"], [257, "ustar\x0000"]]) header.write(text, at, "latin1");
  const sum = header.reduce((total, octet) => total + octet, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}
