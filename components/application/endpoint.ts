import { RunError } from "@pulumi/pulumi";
import type { DockerCredentials } from "./dockerApi";
import { firstManager, NoManagerAnswers } from "./firstManager";

/** As `firstManager`, for a program: where none answers, the user is told in words. */
export async function managerEndpoint(
  endpoints: readonly string[],
  credentials: DockerCredentials,
): Promise<string> {
  try {
    return await firstManager(endpoints, credentials);
  } catch (error) {
    throw error instanceof NoManagerAnswers ? new RunError(error.message) : error;
  }
}
