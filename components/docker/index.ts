export { commonFeatures, DockerHosts, type DockerHost } from "./dockerHosts";
