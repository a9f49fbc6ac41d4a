export { Logging, type LoggingArgs } from "./logging";
