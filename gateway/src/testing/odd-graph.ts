const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@external", "@requires", "@provides"])`;
/** Subgraphs with what our own graph has not: lists in lists, entities behind interfaces and in unions, fields that require others. */
export const oddGraph: Readonly<Record<string, string>> = {
  left: `${link}
    interface Thing { id: ID! label: String near: [Thing!] }
    type Box implements Thing @key(fields: "id") { id: ID! label: String near: [Thing!] size: Int! grid: [[Ball!]]! inner: Box }
    type Ball implements Thing @key(fields: "id") { id: ID! label: String! near: [Thing!] colour: Colour mark: Mark @shareable }
    type Loose { note: String! things: [[Thing]!]! any: [Any] }
    type Mark @shareable { text: String! deep: Mark }
    enum Colour { RED GREEN }
    union Any = Box | Ball | Loose
    type Query { box(id: ID!): Box boxes(first: Int = 3): [Box] anything: [Any!]! thing: Thing loose: Loose! }
    type Mutation { paint(colour: Colour!, id: ID): Ball stack(ids: [ID!]): [Box!]! }
    type Subscription { painted(colour: Colour): Ball seen: Thing found: [Any!] stacked(ids: [ID!]): [[Box]]! told: Loose! }`,
  right: `${link}
    type Box @key(fields: "id") { id: ID! size: Int! @external weight: Float! price: Int @requires(fields: "size") owner: Owner! owners: [[Owner]] }
    type Ball @key(fields: "id") { id: ID! bounces: Boolean mark: Mark @shareable again: [Ball!]! }
    type Mark @shareable { text: String! deep: Mark }
    type Owner @key(fields: "id") { id: ID! name: String! friend: Owner box: Box }
    type Query { owner: Owner strongest: Ball! }
    type Subscription { moved: Owner! bounced(first: Int = 2): [Ball] }`,
  third: `${link}
    type Owner @key(fields: "id") { id: ID! age: Int! boxes: [Box!] ball: Ball }
    type Box @key(fields: "id") { id: ID! weight: Float! @external cost: Int! @requires(fields: "weight") }
    type Ball @key(fields: "id", resolvable: false) { id: ID! }
    type Query { oldest: [Owner!] }
    type Mutation { age(by: Int!): Owner }`,
};
