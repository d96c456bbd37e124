/** What lies on a simulated disk: files and folders, each as it is now and as the medium has it. */
/** A number from 0 to below `below`, by chance or not. */
export type Choose = (below: number) => number;

export interface File {
  readonly kind: "file";
  /** Never changed in place: a copy of the disk shares it. */
  octets: Uint8Array;
  /** What the medium has. */
  lasting: Uint8Array;
}

export interface Folder {
  readonly kind: "folder";
  readonly names: Map<string, Node>;
  readonly lasting: Map<string, Node>;
}

export type Node = File | Folder;

export function emptyFolder(): Folder {
  return { kind: "folder", names: new Map(), lasting: new Map() };
}

/** What fsync does. */
export function makeLasting(node: Node): void {
  if (node.kind === "file") node.lasting = node.octets;
  else {
    node.lasting.clear();
    for (const [name, one] of node.names) node.lasting.set(name, one);
  }
}

export function appended(octets: Uint8Array, more: Uint8Array): Uint8Array {
  const whole = new Uint8Array(octets.length + more.length);
  whole.set(octets);
  whole.set(more, octets.length);
  return whole;
}

/** A copy of a node and all below it; a node once, however many names it has. @param known copies that there are already */
export function copied(node: Node, known: Map<Node, Node>): Node {
  const there = known.get(node);
  if (there !== undefined) return there;
  const copy: Node = node.kind === "file" ? { ...node } : emptyFolder();
  known.set(node, copy);
  if (node.kind === "file" || copy.kind === "file") return copy;
  for (const [name, one] of node.names) copy.names.set(name, copied(one, known));
  for (const [name, one] of node.lasting) copy.lasting.set(name, copied(one, known));
  return copy;
}

/** What a loss of power leaves of a node and of all below it. @param known what was decided already */
export function survived(node: Node, known: Map<Node, Node>, choose: Choose): Node {
  const there = known.get(node);
  if (there !== undefined) return there;
  const octets = node.kind === "file" ? survivingOctets(node, choose) : new Uint8Array();
  const copy: Node = node.kind === "file" ? { kind: "file", octets, lasting: octets } : emptyFolder();
  known.set(node, copy);
  if (node.kind === "file" || copy.kind === "file") return copy;
  for (const name of new Set([...node.lasting.keys(), ...node.names.keys()])) {
    const [before, now] = [node.lasting.get(name), node.names.get(name)];
    const left = before === now || choose(2) === 0 ? now : before;
    if (left !== undefined) copy.names.set(name, survived(left, known, choose));
  }
  makeLasting(copy);
  return copy;
}

/** All of it, nothing that is new, a part of the new, or the new with a hole in it that was never written. */
function survivingOctets({ octets, lasting }: File, choose: Choose): Uint8Array {
  if (octets.length <= lasting.length) return choose(2) === 0 ? octets : lasting;
  const length = lasting.length + choose(octets.length - lasting.length + 1);
  const some = [octets, lasting, octets.slice(0, length), octets.slice()][choose(4)] ?? octets;
  if (some.length === octets.length && some !== octets) some.fill(0, length, length + choose(octets.length - length + 1));
  return some;
}
