export { DockerHosts, type DockerHost } from "./dockerHosts";
