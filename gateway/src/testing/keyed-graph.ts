const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external",
  "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject"])`;

/**
 * Subgraphs that know the same things by different keys: several keys on one entity, keys of two fields, keys within objects;
 * fields that require what lies deep in others, fields given along (`@provides`), shared, moved (`@override`) and hidden
 * (`@inaccessible`); an interface and a union whose members are in several subgraphs. Names of keys are those that
 * InventedSubgraph knows.
 */
export const keyedGraph: Readonly<Record<string, string>> = {
  store: `${link}
    type Part @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! weight: Float! size: Size! maker: Maker
      tag: String @shareable hidden: String @inaccessible }
    type Size @shareable { wide: Int! high: Int within: [Size!] }
    type Room @key(fields: "house nr") { house: ID! nr: Int! parts: [Part!] floor: Int }
    type Slot @key(fields: "org { id } nr") { org: Org! nr: Int! label: String }
    type Org implements Listed @key(fields: "id") { id: ID! title: String @shareable }
    type Maker @key(fields: "id") { id: ID! }
    interface Listed { id: ID! title: String }
    union Found = Part | Room
    type Query { part(id: ID): Part parts(first: Int = 3): [Part!]! rooms: [Room] slot: Slot! slots: [Slot!] found: [Found!]
      listed: [Listed] }
    type Mutation { move(id: ID!): Part }`,
  shop: `${link}
    type Part @key(fields: "sku") { sku: ID! weight: Float! @external size: Size! @external
      price: Int @requires(fields: "size { wide within { high within { wide } } } weight")
      slots: [Slot!] tag: String @shareable }
    type Size @shareable { wide: Int! high: Int within: [Size!] }
    type Slot @key(fields: "org { id } nr") { org: Org! nr: Int! taken: Boolean! part: Part by: Maker @provides(fields: "name")
      room: Room }
    type Org implements Listed @key(fields: "id") { id: ID! title: String @shareable stars: Int }
    type Shop implements Listed @key(fields: "id") { id: ID! title: String open: Boolean best: Listed }
    interface Listed { id: ID! title: String }
    type Room @key(fields: "house nr") { house: ID! nr: Int! rent: Int neighbours: [Room!] }
    type Maker @key(fields: "id") { id: ID! name: String! @external }
    union Found = Part | Slot
    type Query { cheapest: Part offers: [Found!]! shelf: [[Slot]] shops: [Listed!] }
    type Subscription { sold(sku: ID): Part! moved: Slot listing: Listed }`,
  makers: `${link}
    type Maker @key(fields: "id") { id: ID! name: String! @shareable country: String parts: [Part!] partOf: Maker shop: Shop }
    type Shop @key(fields: "id") { id: ID! visits: Int }
    type Part @key(fields: "id") { id: ID! warranty: Int! weight: Float! @override(from: "store") tag: String @shareable }
    type Room @key(fields: "house nr") { house: ID! nr: Int! rent: Int @external parts: [Part!] @external cleaner: Maker
      cleaned: Boolean @requires(fields: "rent parts { id }") }
    type Query { maker: Maker makers: [Maker!] dirty: [Room!] }
    type Subscription { cleaned(first: Int = 2): [Room!] }`,
};
