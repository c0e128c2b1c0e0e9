/** What an answer is and what it is asked for (S-31). All answers are sealed together, whatever their class. */
export interface AnswerClass {
  readonly class: 'P1' | 'P2' | 'P3' | 'P4'
  readonly purpose: string
}

const is = (kind: AnswerClass['class'], purpose: string): AnswerClass => ({ class: kind, purpose })

/** Every field of every programme that holds an answer, as `form.field`; reviewed with the form. */
export const answerClasses: Readonly<Record<string, AnswerClass>> = {
  'zhengzhou/daily.date': is('P2', 'the day the answers are for'),
  'zhengzhou/daily.place': is('P4', 'whereabouts: risk areas'),
  'zhengzhou/daily.temperature': is('P4', 'health: fever'),
  'zhengzhou/daily.symptoms': is('P4', 'health: symptoms'),
  'zhengzhou/daily.symptoms-other': is('P4', 'health: symptoms in words'),
  'zhengzhou/daily.contact-case': is('P4', 'health: contact with a case'),
  'zhengzhou/daily.contact-region': is('P4', 'health: contact with people of risk areas'),
  'zhengzhou/daily.been-region': is('P4', 'whereabouts: risk areas'),
  'zhengzhou/daily.isolation': is('P4', 'health: isolation'),
  'zhengzhou/daily.isolation-since': is('P4', 'health: length of isolation'),
  'zhengzhou/daily.at-work': is('P2', 'who is at work'),
  'zhengzhou/daily.remarks': is('P4', 'what else the person wants to say; may be about health'),
  'zhengzhou/day-tracks.date': is('P2', 'the day the answers are for'),
  'zhengzhou/day-tracks.went-out': is('P4', 'whereabouts: whether anywhere'),
  'zhengzhou/day-tracks.tracks': is('P4', 'whereabouts: the day from place to place'),
  'zhengzhou/day-tracks.tracks/at': is('P4', 'whereabouts: when'),
  'zhengzhou/day-tracks.tracks/place': is('P4', 'whereabouts: where'),
  'zhengzhou/day-tracks.tracks/transport': is('P4', 'whereabouts: tracing of contacts'),
  'zhengzhou/day-tracks.tracks/transport-number': is('P4', 'whereabouts: tracing of contacts'),
  'zhengzhou/day-tracks.tracks/contact-case': is('P4', 'health: contact with a case'),
  'zhengzhou/day-tracks.tracks/companion': is('P4', 'whereabouts of somebody else, tracing of contacts'),
  'zhengzhou/day-tracks.tracks/companion-phone': is('P3', 'reaching a companion'),
  'zhengzhou/day-tracks.places-count': is('P4', 'whereabouts: how many tracks'),
  'zhengzhou/day-tracks.meals': is('P4', 'whereabouts: tracing of contacts at table'),
  'zhengzhou/day-tracks.meals/where': is('P4', 'whereabouts: where somebody ate'),
  'zhengzhou/day-tracks.meals/people': is('P4', 'whereabouts: how many at the table'),
  'zhengzhou/day-tracks.promise': is('P2', 'that the person stands by the answers'),
  'zhengzhou/return-pledge.name': is('P2', 'who promises'),
  'zhengzhou/return-pledge.department': is('P2', 'where the person works'),
  'zhengzhou/return-pledge.returns-on': is('P2', 'who comes back when'),
  'zhengzhou/return-pledge.health-code': is('P4', 'health: picture of the health code or a test'),
  'zhengzhou/return-pledge.test-report': is('P4', 'health: report of a test'),
  'zhengzhou/return-pledge.promise': is('P2', 'that the person stands by the answers'),
  'zhengzhou/return-pledge.signature': is('P3', 'that the person stands by the promise'),
  'zhengzhou/work-start.name': is('P2', 'who registers'),
  'zhengzhou/work-start.id-number': is('P4', 'who registers, for the authorities'),
  'zhengzhou/work-start.phone': is('P3', 'reaching the person'),
  'zhengzhou/work-start.department': is('P2', 'where the person works'),
  'zhengzhou/work-start.home': is('P4', 'whereabouts: where the person lives'),
  'zhengzhou/work-start.came-from': is('P4', 'whereabouts: risk areas'),
  'zhengzhou/work-start.arrived-on': is('P4', 'whereabouts: days since arrival'),
  'zhengzhou/work-start.transport': is('P4', 'whereabouts: tracing of contacts'),
  'zhengzhou/work-start.transport-number': is('P4', 'whereabouts: tracing of contacts'),
  'zhengzhou/work-start.places': is('P4', 'whereabouts: the last fourteen days'),
  'zhengzhou/work-start.isolation-finished': is('P4', 'health: isolation'),
  'zhengzhou/work-start.first-day': is('P2', 'who starts when'),
  'zhengzhou/work-start.promise': is('P2', 'that the person stands by the answers'),
}
