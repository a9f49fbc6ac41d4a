/** Reads what resources consist of. */
import type { BinaryReader } from "google-protobuf";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

type Content = Record<string, unknown>;

/** A reader that reads a message within a message; the library's types know none but of its own classes. */
interface Reader extends Omit<BinaryReader, "readMessage"> {
  readMessage(into: object, read: (into: object, reader: Reader) => void): void;
}

/**
 * From now on, messages give the properties of a resource as they were sent. The library makes objects of its own of each
 * value and gives plain ones when it is asked, which was most of what a resource cost; a pack asks for the plain ones alone.
 */
export function readPropertiesAsTheyAre(): void {
  Struct.deserializeBinaryFromReader = (message, reader) => {
    const content = contentOf(reader);
    message.toJavaScript = () => content as ReturnType<Struct["toJavaScript"]>;
    return message;
  };
}

/** Fields as google/protobuf/struct.proto numbers them. */
function contentOf(reader: Reader): Content {
  // Names are anybody's, `__proto__` too.
  const content = Object.create(null) as Content;
  eachField(reader, (field) => {
    if (field === 1) reader.readMessage(content, readEntry);
    else reader.skipField();
  });
  return content;
}

function readEntry(content: object, reader: Reader): void {
  let name = "";
  let value: unknown = null;
  eachField(reader, (field) => {
    if (field === 1) name = reader.readString();
    else if (field === 2) value = valueOf(reader);
    else reader.skipField();
  });
  (content as Content)[name] = value;
}

function valueOf(reader: Reader): unknown {
  const read: { value: unknown } = { value: null };
  reader.readMessage(read, readValue);
  return read.value;
}

function readValue(into: object, reader: Reader): void {
  const read = into as { value: unknown };
  eachField(reader, (field) => {
    switch (field) {
      case 2:
        read.value = reader.readDouble();
        break;
      case 3:
        read.value = reader.readString();
        break;
      case 4:
        read.value = reader.readBool();
        break;
      case 5:
        reader.readMessage(read, (_, inner) => {
          read.value = contentOf(inner);
        });
        break;
      case 6:
        reader.readMessage(read, (_, inner) => {
          read.value = itemsOf(inner);
        });
        break;
      default:
        // 1 is null, which it is already.
        reader.skipField();
    }
  });
}

function itemsOf(reader: Reader): readonly unknown[] {
  const items: unknown[] = [];
  eachField(reader, (field) => {
    if (field === 1) items.push(valueOf(reader));
    else reader.skipField();
  });
  return items;
}

function eachField(reader: Reader, read: (field: number) => void): void {
  while (reader.nextField() && !reader.isEndGroup()) read(reader.getFieldNumber());
}
