import type { Origins } from "./origins";
import { isList, isMapping, type Mapping, type Value } from "./value";

/** Takes out of a tree what was found unsound: members that are undefined. The places of list items move with them. */
export function compact(container: Mapping | Value[], origins: Origins): void {
  if (isList(container)) compactList(container, origins);
  else {
    for (const [name, value] of Object.entries(container)) {
      if (value === undefined) Reflect.deleteProperty(container, name);
    }
  }
  for (const value of Object.values(container)) {
    if (isList(value) || isMapping(value)) compact(value, origins);
  }
}

function compactList(list: (Value | undefined)[], origins: Origins): void {
  let kept = 0;
  list.forEach((value, index) => {
    if (value === undefined) return;
    origins.set(list as Value[], kept, origins.of(list as Value[], index));
    list[kept++] = value;
  });
  list.length = kept;
}
