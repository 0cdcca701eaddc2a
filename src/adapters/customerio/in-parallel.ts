/** Does the work for every part, a few at a time; results in the order of the parts. Ends at the first failure. */
export async function inParallel<Part, Result>(
  parts: readonly Part[],
  tasksMax: number,
  work: (part: Part) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = parts.entries();
  let isFailed = false;
  const worker = async (): Promise<void> => {
    for (const [index, part] of queue) {
      if (isFailed) return;
      try {
        results[index] = await work(part);
      } catch (error) {
        isFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: tasksMax }, worker));
  return results;
}
