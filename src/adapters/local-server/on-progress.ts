/** Hears, in words for people, what takes long: "downloading MariaDB 10.11.19 (15 MB)". */
export type OnProgress = (text: string) => void;

export const SILENT: OnProgress = () => undefined;
