// The floor: what the kernel takes. One thread, epoll, no parsing to speak of; a broadcast is one send() per
// socket with the same bytes. It knows the load generator's packets and nothing else. Never for production.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 70000, NEW = 0, OPEN = 1 };

static unsigned char state[MOST];
static int room[MOST], in_room;
static char event[1024];

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static size_t frame(char *out, const char *text, size_t size) {
    size_t head = size < 126 ? 2 : 4;
    out[0] = (char)0x81;
    out[1] = (char)(size < 126 ? size : 126);
    if (size >= 126) {
        out[2] = (char)(size >> 8);
        out[3] = (char)size;
    }
    memcpy(out + head, text, size);
    return head + size;
}

static void say(int fd, const char *text) {
    char out[1024];
    send(fd, out, frame(out, text, strlen(text)), MSG_NOSIGNAL);
}

static void broadcast(long seq) {
    char text[1400], out[1500];
    int size = snprintf(text, sizeof text, "42[\"pin\",{\"seq\":%ld,\"t\":%lld,%s]", seq, (long long)now_ns(), event + 1);
    ssize_t whole = (ssize_t)frame(out, text, (size_t)size);
    for (int i = 0; i < in_room; i++) {
        ssize_t sent;
        while ((sent = send(room[i], out, (size_t)whole, MSG_NOSIGNAL | MSG_DONTWAIT)) < 0 && errno == EAGAIN)
            usleep(100);
        if (sent != whole) fprintf(stderr, "short send\n");
    }
}

static long number_after(const char *text, const char *key) {
    const char *found = strstr(text, key);
    return found ? atol(found + strlen(key)) : 0;
}

static long count, seq, every_ms;
static int64_t due;

static void packet(int fd, const char *text) {
    if (text[0] != '4') return;
    if (text[1] == '0') {
        say(fd, "40{\"sid\":\"y\"}");
        room[in_room++] = fd;
    } else if (text[1] == '2') {
        char answer[64];
        snprintf(answer, sizeof answer, "43%ld[{\"ok\":true}]", atol(text + 2));
        say(fd, answer);
        if (strstr(text, "\"go\"")) {
            count = number_after(text, "\"count\":");
            every_ms = number_after(text, "\"every_ms\":");
            seq = 0;
            due = now_ns();
        }
    }
}

static void readable(int fd) {
    static char data[65536];
    ssize_t size = recv(fd, data, sizeof data - 1, 0);
    if (size <= 0) {
        close(fd);
        return;
    }
    data[size] = 0;
    if (state[fd] == NEW) {
        static const char answer[] =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
        say(fd, "0{\"sid\":\"x\",\"upgrades\":[],\"pingInterval\":250000,\"pingTimeout\":20000,\"maxPayload\":65536}");
        state[fd] = OPEN;
        return;
    }
    for (ssize_t at = 0; at + 6 <= size;) {
        unsigned char *head = (unsigned char *)data + at;
        size_t length = head[1] & 127, body = 2;
        if (length == 126) {
            length = (size_t)(head[2] << 8 | head[3]);
            body = 4;
        }
        char text[4096];
        if (length >= sizeof text) return;
        for (size_t i = 0; i < length; i++) text[i] = (char)(head[body + 4 + i] ^ head[body + (i & 3)]);
        text[length] = 0;
        packet(fd, text);
        at += (ssize_t)(body + 4 + length);
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return 1;
    FILE *file = fopen(argv[2], "r");
    if (!file || !fgets(event, sizeof event, file)) return 1;
    event[strcspn(event, "\n")] = 0;
    fclose(file);
    signal(SIGPIPE, SIG_IGN);
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 4096)) return 1;
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = listener}, found[256];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &wanted);
    puts("ready");
    fflush(stdout);
    for (;;) {
        int64_t left = count > seq ? (due - now_ns()) / 1000000 + 1 : 0;
        int ready = epoll_wait(poll, found, 256, count > seq ? (every_ms && left > 0 ? (int)left : 0) : -1);
        for (int i = 0; i < ready; i++) {
            int fd = found[i].data.fd;
            if (fd != listener) {
                readable(fd);
                continue;
            }
            while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
                if (fd >= MOST) return 1;
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                struct epoll_event on = {.events = EPOLLIN, .data.fd = fd};
                epoll_ctl(poll, EPOLL_CTL_ADD, fd, &on);
                state[fd] = NEW;
            }
        }
        if (count > seq && now_ns() >= due) {
            broadcast(seq++);
            due += every_ms * 1000000;
        }
    }
}
