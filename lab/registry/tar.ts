/** A file in a tar archive, or a folder where its name ends with a slash. */
export interface TarFile {
  readonly name: string;
  readonly content: Buffer;
  readonly mode: number;
  /** Id of user and group. Default: root's. */
  readonly owner?: number;
  /** What a symbolic link leads to; such an entry has no content. */
  readonly link?: string;
}

const block = 512;

/** A tar archive of the files, dated 1970: the same files give the same bytes. */
export function tar(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap((file) => [header(file), file.content, padding(file.content.length)]);
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header(file: TarFile): Buffer {
  const fields = Buffer.alloc(block);
  const octal = (value: number, length: number): string =>
    value.toString(8).padStart(length - 1, "0") + "\0";
  const { prefix, name } = split(file.name);
  fields.write(name, 0, 100);
  fields.write(octal(file.mode, 8), 100);
  fields.write(octal(file.owner ?? 0, 8), 108); // user
  fields.write(octal(file.owner ?? 0, 8), 116); // group
  fields.write(octal(file.content.length, 12), 124);
  fields.write(octal(0, 12), 136); // modification time
  fields.write("        ", 148); // the checksum counts as blanks
  fields.write(kindOf(file), 156);
  if (Buffer.byteLength(file.link ?? "") > 100)
    throw new Error(`too long for a link in a tar archive: ${file.link}`);
  fields.write(file.link ?? "", 157);
  fields.write("ustar\0" + "00", 257);
  fields.write(prefix, 345);
  const sum = fields.reduce((total, byte) => total + byte, 0);
  fields.write(sum.toString(8).padStart(6, "0") + "\0 ", 148);
  return fields;
}

/** A name of more than 100 bytes has its first folders in a field of their own. */
function split(name: string): { readonly prefix: string; readonly name: string } {
  const fits = (text: string, most: number) => Buffer.byteLength(text) <= most;
  if (fits(name, 100)) return { prefix: "", name };
  // A folder's own slash stays with it.
  for (let at = name.indexOf("/"); at > 0 && at < name.length - 1; at = name.indexOf("/", at + 1)) {
    const parts = { prefix: name.slice(0, at), name: name.slice(at + 1) };
    if (fits(parts.prefix, 155) && fits(parts.name, 100)) return parts;
  }
  throw new Error(`too long for a tar archive: ${name}`);
}

/** A link, a folder or an ordinary file. */
function kindOf({ name, link }: TarFile): string {
  if (link !== undefined) return "2";
  return name.endsWith("/") ? "5" : "0";
}

function padding(length: number): Buffer {
  return Buffer.alloc((block - (length % block)) % block);
}
