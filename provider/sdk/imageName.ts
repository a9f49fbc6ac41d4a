/** The registry in an image's name, as Docker reads it: the first part when it has a dot or a port, or is localhost. */
export function registryOf(image: string): string {
  const slash = image.indexOf("/");
  const first = slash < 0 ? "" : image.slice(0, slash);
  return /[.:]/.test(first) || first === "localhost" ? first : "docker.io";
}

/**
 * An image's name as Docker's own clients write it into each service that they update, for whatever reason:
 * `docker.io/library/alpine` becomes `alpine:latest`.
 */
export function familiarName(image: string): string {
  const name = image.replace(/^(index\.)?docker\.io\//, "").replace(/^library\/(?=[^/]+$)/, "");
  return /@|:[^/]+$/.test(name) ? name : `${name}:latest`;
}
