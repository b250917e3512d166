/** What is to run, and how often. Plain data; the texts of units are made from it. */
export interface SchedulePlan {
  /** Of the units, the task or the job: `pathmtu-check`. */
  readonly name: string;
  readonly everySeconds: number;
  /** The program and what comes before its arguments: the path of node and that of the script. */
  readonly program: readonly string[];
  /** Of `pathmtu check`, from the word `check` on, without `--state`. */
  readonly checkArguments: readonly string[];
  /** Folder of its memory, within where the system keeps such things: `pathmtu` for /var/lib/pathmtu. */
  readonly stateDirectory: string;
  readonly timeoutSeconds: number;
}

/** A file that a schedule consists of. */
export interface UnitFile {
  /** Its name, without a folder. */
  readonly name: string;
  readonly text: string;
}
