export { Swarm } from "./swarm";
