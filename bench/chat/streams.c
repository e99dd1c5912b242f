// Reads many streamed answers of Tests/Support/ModelPeer at once, and reports what arrived and when.
//
//     streams PORT PATH STREAMS ROUNDS TOKENS RAMP DEADLINE BODY [FIELD ...]
//
// Each of STREAMS visitors, who start within RAMP milliseconds, asks ROUNDS times, on its own
// connection and from its own address. Token 17 must be "w17 " and follow token 16. Tokens missing
// after DEADLINE seconds are lost. Prints one line of JSON, times in milliseconds.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 16384, EVENTS = 512, LONGEST = 60000 };

struct stream {
    int visitor, round;
    int expected;       // The next token.
    int number;         // The number of the token being read; -2 after its 'w', -1 between tokens.
    int isRefused;      // Whether the status was not 200.
    size_t had;         // Bytes received.
    char tail[5];       // The last bytes received.
    double asked, last;
};

static struct stream streams[MOST];
static int visitors, rounds, tokens, port, poller, under_way, asked, whole, refused;
static long received, lost, gaps[LONGEST];
static double *firsts;
static int answered;
static const char *path, *body;
static char fields[4096];
static struct { double at; int visitor, round; } *queue;  // The questions to come, in order of time.
static int queued, taken;

static void fail(const char *what) {
    fprintf(stderr, "streams: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

static void ask(int visitor, int round) {
    int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    if (one < 0 || one >= MOST) fail("socket");
    setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    streams[one] = (struct stream){.visitor = visitor, .round = round, .number = -1, .asked = now()};
    if (connect(one, (struct sockaddr *)&address, sizeof address)) fail("connect");
    char request[16384];
    int number = visitor * rounds + round;
    int count = snprintf(
        request, sizeof request,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
        "Accept: text/event-stream\r\nX-Real-IP: 10.%d.%d.%d\r\nConnection: close\r\n"
        "Content-Length: %zu\r\n%s\r\n%s",
        path, port, number >> 16 & 255, number >> 8 & 255, number & 255, strlen(body), fields, body);
    if (send(one, request, (size_t)count, MSG_NOSIGNAL) != count) fail("send");
    struct epoll_event event = {EPOLLIN, {.fd = one}};
    epoll_ctl(poller, EPOLL_CTL_ADD, one, &event);
    under_way++, asked++;
}

static void end(int one) {
    struct stream *s = &streams[one];
    if (s->isRefused) refused++;
    else if (s->expected == tokens) whole++;
    close(one);
    under_way--;
    if (s->round + 1 < rounds) {
        queue[queued].at = now();
        queue[queued].visitor = s->visitor;
        queue[queued++].round = s->round + 1;
    }
}

static void token(struct stream *s, double moment) {
    if (s->number != s->expected || s->expected == tokens) return;
    if (s->expected == 0) {
        firsts[answered++] = moment - s->asked;
    } else {
        int gap = (int)(moment - s->last);
        gaps[gap < LONGEST ? gap : LONGEST - 1]++;
    }
    s->last = moment;
    s->expected++;
    received++;
}

// Whether the final chunk of an answer has arrived: the connection may stay open.
static int is_over(struct stream *s, const char *bytes, ssize_t count) {
    if (count >= 5) {
        memcpy(s->tail, bytes + count - 5, 5);
    } else {
        memmove(s->tail, s->tail + count, (size_t)(5 - count));
        memcpy(s->tail + 5 - count, bytes, (size_t)count);
    }
    return memcmp(s->tail, "0\r\n\r\n", 5) == 0;
}

static void receive(int one, double moment) {
    static char bytes[64 << 10];
    struct stream *s = &streams[one];
    ssize_t count = recv(one, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return end(one);
    if (s->had == 0 && count >= 12 && memcmp(bytes + 9, "200", 3) != 0) {
        static int isTold;
        s->isRefused = 1;
        if (!isTold++) fprintf(stderr, "%.*s\n", (int)count, bytes);
    }
    s->had += (size_t)count;
    for (ssize_t index = 0; index < count; index++) {
        char byte = bytes[index];
        if (byte == 'w') {
            s->number = -2;
        } else if (s->number != -1) {
            if (byte >= '0' && byte <= '9' && s->number < 100000) {
                s->number = (s->number < 0 ? 0 : s->number * 10) + (byte - '0');
            } else {
                if (byte == ' ' && s->number >= 0) token(s, moment);
                s->number = -1;
            }
        }
    }
    if (is_over(s, bytes, count)) end(one);
}

static int ascending(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

static double first(double share) {
    if (answered == 0) return -1;
    int rank = (int)(share * answered + 0.999999);
    return firsts[rank > 0 ? rank - 1 : 0];
}

static int gap(double share) {
    long all = 0, seen = 0;
    for (int index = 0; index < LONGEST; index++) all += gaps[index];
    for (int index = 0; index < LONGEST; index++) {
        seen += gaps[index];
        if (all && (double)seen >= share * (double)all) return index;
    }
    return -1;
}

int main(int count, char **words) {
    if (count < 9) {
        return fprintf(stderr, "usage: streams PORT PATH STREAMS ROUNDS TOKENS RAMP DEADLINE BODY"
                               " [FIELD ...]\n"), 2;
    }
    port = atoi(words[1]), path = words[2], visitors = atoi(words[3]), rounds = atoi(words[4]);
    tokens = atoi(words[5]), body = words[8];
    double ramp = atof(words[6]), deadline = atof(words[7]) * 1000;
    if (visitors < 1 || visitors > MOST - 64 || rounds < 1 || tokens < 1) return 2;
    for (int index = 9; index < count; index++) {
        if (strlen(fields) + strlen(words[index]) + 3 > sizeof fields) return 2;
        strcat(strcat(fields, words[index]), "\r\n");
    }
    firsts = calloc((size_t)visitors * (size_t)rounds, sizeof *firsts);
    queue = calloc((size_t)visitors * (size_t)rounds, sizeof *queue);
    if (!firsts || !queue) fail("memory");
    poller = epoll_create1(EPOLL_CLOEXEC);
    double start = now();
    for (; queued < visitors; queued++) {
        queue[queued].at = start + ramp * queued / visitors;
        queue[queued].visitor = queued;
    }
    while ((under_way || taken < queued) && now() < start + deadline) {
        while (taken < queued && queue[taken].at <= now()) {
            ask(queue[taken].visitor, queue[taken].round);
            taken++;
        }
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(poller, events, EVENTS, 1);
        double moment = now();
        for (int index = 0; index < ready; index++) receive(events[index].data.fd, moment);
    }
    double seconds = (now() - start) / 1000;
    // The rest of unfinished answers is lost.
    lost = (long)visitors * rounds * tokens - received;
    qsort(firsts, (size_t)answered, sizeof *firsts, ascending);
    printf("{\"asked\":%d,\"whole\":%d,\"refused\":%d,\"tokens\":%ld,\"lost\":%ld,\"seconds\":%.2f,"
           "\"first\":{\"p50\":%.2f,\"p99\":%.2f,\"most\":%.2f},"
           "\"gap\":{\"p50\":%d,\"p99\":%d,\"most\":%d}}\n",
           asked, whole, refused, received, lost, seconds, first(0.5), first(0.99), first(1),
           gap(0.5), gap(0.99), gap(1));
    return 0;
}
