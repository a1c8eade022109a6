// nats_messages: sends 100,000 messages of BYTES from one connection to another, by NATS' own client, and prints how many
// arrive in a second.
//
//   cc -O2 -o nats_messages nats_messages.c -lnats
//   nats_messages nats://user:password@host:4222 BYTES
#include <nats/nats.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(natsStatus status) {
  if (status == NATS_OK) return;
  fprintf(stderr, "nats_messages: %s\n", natsStatus_GetText(status));
  exit(1);
}

int main(int argc, char **argv) {
  if (argc != 3) { fprintf(stderr, "usage: nats_messages ADDRESS BYTES\n"); return 2; }
  const int count = 100000, size = atoi(argv[2]);
  char *message = malloc(size);
  memset(message, 'x', size);
  natsConnection *from = NULL, *to = NULL;
  natsSubscription *subscription = NULL;
  check(natsConnection_ConnectTo(&from, argv[1]));
  check(natsConnection_ConnectTo(&to, argv[1]));
  check(natsConnection_SubscribeSync(&subscription, to, "benchmark"));
  check(natsSubscription_SetPendingLimits(subscription, -1, -1));
  check(natsConnection_Flush(to));

  const int64_t start = nats_NowInNanoSeconds();
  for (int i = 0; i < count; i++) check(natsConnection_Publish(from, "benchmark", message, size));
  for (int i = 0; i < count; i++) {
    natsMsg *received = NULL;
    check(natsSubscription_NextMsg(&received, subscription, 10000));
    natsMsg_Destroy(received);
  }
  printf("{\"messages_per_s\": %.0f}\n", count * 1e9 / (nats_NowInNanoSeconds() - start));
  natsSubscription_Destroy(subscription);
  natsConnection_Destroy(from);
  natsConnection_Destroy(to);
  free(message);
  return 0;
}
