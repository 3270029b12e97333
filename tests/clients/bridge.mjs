// A Wix client that does what each line on standard input asks, and answers with a line of JSON.
// {"call": ["orders", "getOrder"], "with": [id]}  ->  {"answer": …} or {"error": {"message", "details"}}
// {"call": ["heard"]}                             ->  {"answer": the events that handlers were given so far}
// With "dates": true, every Date in the answer is {"$date": text}, so that a reader can tell it from a text.
import { createInterface } from "node:readline";
import { appInstances } from "@wix/app-management";
import { orderFulfillments, orders } from "@wix/ecom";
import { AppStrategy, createClient } from "@wix/sdk";

const client = createClient({
  auth: AppStrategy(JSON.parse(process.env.WIX_APP)),
  modules: { appInstances, orderFulfillments, orders },
});

const heard = [];
const handlers = [
  [client.orders, ["onOrderApproved", "onOrderCanceled", "onOrderCommitted", "onOrderCreated", "onOrderFulfilled"]],
  [client.orders, ["onOrderPaymentStatusUpdated", "onOrderUpdated"]],
  [client.orderFulfillments, ["onFulfillmentsUpdated"]],
  [client.appInstances, ["onAppInstanceInstalled", "onAppInstanceRemoved"]],
];
for (const [module, names] of handlers) {
  for (const name of names) {
    module[name]((event) => heard.push({ name, event }));
  }
}

const withDates = (value) => {
  if (value instanceof Date) {
    return { $date: value.toISOString() };
  }
  if (Array.isArray(value)) {
    return value.map(withDates);
  }
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withDates(member)]));
  }
  return value;
};

const perform = async ({ call, with: parameters = [] }) => {
  if (call[0] === "heard") {
    return heard;
  }
  const [module, method] = call;
  return client[module][method](...parameters);
};

for await (const line of createInterface({ input: process.stdin })) {
  try {
    const asked = JSON.parse(line);
    const answer = (await perform(asked)) ?? null;
    console.log(JSON.stringify({ answer: asked.dates ? withDates(answer) : answer }));
  } catch (error) {
    console.log(JSON.stringify({ error: { message: String(error.message), details: error.details ?? null } }));
  }
}
