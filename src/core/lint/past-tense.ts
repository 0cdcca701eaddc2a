/** Past participles that do not end in -ed, as far as the things that happen in a shop need them. */
const IRREGULAR = new Set(
  `become begun bought broken brought built caught chosen come cut done drawn found forgotten given gone grown
   held kept known left lent lost made met paid put quit read redone repaid resold resent rerun reset retaken
   run said seen sent set shown shut sold spent split spoken stolen taken taught thrown told undone unsent
   withdrawn won worn written`.split(/\s+/),
);

/** Words that end in -ed and are no participles. */
const NOT_PAST = new Set(
  'breed embed exceed feed indeed need newsfeed proceed seed shed speed succeed'.split(' '),
);

/** True for `placed`, `abandoned`, `sent`: a verb that says that something has happened. */
export function isPastTense(word: string): boolean {
  if (IRREGULAR.has(word)) return true;
  return word.length > 3 && word.endsWith('ed') && !NOT_PAST.has(word);
}
