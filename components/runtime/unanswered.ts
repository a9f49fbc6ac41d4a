import { RunError } from "@pulumi/pulumi";

/**
 * Somebody who was asked has not answered in time. The question itself can't be taken back: a program that fails with
 * this has to end its process, or Node would wait for the answer all the same.
 */
export class Unanswered extends RunError {}
