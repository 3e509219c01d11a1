// The source in TypeScript: every text is read, and the columns are what the libraries take.

import { Class, ClassEnum, TaskStatus, TaskStatusEnum } from "./enums";

declare const require: (module: string) => any;
declare const process: { env: Record<string, string> };

const lines: string[] = require("fs").readFileSync(process.env.PLACE + "/texts", "utf8").trim().split("\n");
const fromHex = (hex: string): string => Buffer.from(hex, "hex").toString();
declare const Buffer: { from(text: string, encoding: string): { toString(): string } };

function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

check(lines.length > 20, "texts");
for (const line of lines) {
  const [code, text, name] = line.split("\t");
  const value: Class = ClassEnum.parse(fromHex(text));
  check(value === fromHex(name) && ClassEnum.code(value) === Number(code), line);
  check(ClassEnum.fromCode(Number(code)) === value && ClassEnum.is(value), line);
  check(ClassEnum.is(fromHex(text)) === (text === name), line);
}
for (const wrong of ["nothing", "hasOwnProperty", "toString"]) {
  try {
    ClassEnum.parse(wrong);
  } catch (error) {
    check(error instanceof RangeError, wrong);
    continue;
  }
  throw new Error(wrong + " is not refused");
}
const status: TaskStatus = TaskStatus.WaitingApproval;
// @ts-expect-error it is no name
const unknown: TaskStatus = "nothing";
check(TaskStatusEnum.code(status) === 4 && !TaskStatusEnum.is(unknown), "task_status");
check(TaskStatusEnum.drizzle().dataType() === "public.task_status", "drizzle");
check(TaskStatusEnum.drizzle().fromDriver("ready") === TaskStatus.Ready, "drizzle");
check(TaskStatusEnum.typeorm().transformer.from("ready") === "ready", "typeorm");
const column: string = Class.Null;
check(column === "null", "null");
