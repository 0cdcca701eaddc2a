/** Files that the user names on the command line. */
export interface TextFiles {
  /** @throws ContractError `file_unreadable` */
  read(path: string): Promise<string>;
  /** Replaces what is there. @throws ContractError `file_unreadable` */
  write(path: string, text: string): Promise<void>;
  exists(path: string): Promise<boolean>;
}
