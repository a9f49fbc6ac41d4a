export { schedulerImages } from "./images";
export { Scheduler, type SchedulerArgs } from "./scheduler";
