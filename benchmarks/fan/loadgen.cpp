// The load: many Socket.IO clients over WebSocket in one thread, on epoll. Prints one JSON object.
//
//   loadgen PORT PID CLIENTS COUNT EVERY_MS PER_TICK VOTERS SECONDS [CONNECTS STREAM]
//
// It connects CLIENTS at most 64 at a time, has the server send COUNT events to all of them (every EVERY_MS; 0: back
// to back, PER_TICK of them in a turn of its loop), then lets VOTERS send one command after the other for SECONDS.
// CONNECTS: a file with one CONNECT packet per client. STREAM: what each joins with `room.join`.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using std::string;
using std::string_view;

int64_t now_ns() {
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

[[noreturn]] void fail(const string& why) {
    fprintf(stderr, "loadgen: %s\n", why.c_str());
    exit(1);
}

// What the server's process has used: seconds of processor, bytes of memory.
double processor_of(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    string text((std::istreambuf_iterator<char>(file)), {});
    unsigned long user = 0, system = 0;
    sscanf(text.c_str() + text.rfind(')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

long memory_of(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
    long size = 0, resident = 0;
    file >> size >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

enum class At { connecting, asked, open };

struct Client {
    int fd = -1;
    At at = At::connecting;
    bool joined = false;
    string rest;
    int64_t asked_ns = 0;
    long number = 1;
};

struct Event {
    int64_t sent_ns = 0, last_ns = 0;
    int seen = 0;
};

class Load {
   public:
    int port, pid, count, every_ms, per_tick;
    std::vector<Client> clients;
    std::vector<string> connects;
    string stream;

    int started = 0, joined = 0;
    long received = 0, strange = 0, acknowledged = 0;
    int64_t last_ns = 0;
    bool voting = false;
    std::vector<Event> events;
    std::vector<double> latencies_us;

    void connect_all() {
        poll_ = epoll_create1(0);
        const int64_t begun = now_ns();
        const int all = static_cast<int>(clients.size());
        while (joined < all) {
            while (started < all && started - joined < 64) start(started++);
            turn(100);
            if (now_ns() - begun > 120'000'000'000) fail("joined only " + std::to_string(joined));
        }
    }

    void run_until(int64_t until_ns) {
        while (now_ns() < until_ns) turn(20);
    }

    void broadcast() {
        events.assign(static_cast<size_t>(count), {});
        char packet[160];
        snprintf(packet, sizeof packet, "420[\"go\",{\"count\":%d,\"every_ms\":%d,\"per_tick\":%d}]", count, every_ms,
                 per_tick);
        say(clients[0], packet);
        const long wanted = static_cast<long>(count) * joined;
        const int64_t most_ns = now_ns() + 60'000'000'000 + static_cast<int64_t>(count) * every_ms * 1'000'000;
        while (received < wanted && now_ns() < most_ns) turn(20);
    }

    void vote(int voters, double seconds) {
        voting = true;
        for (int i = 0; i < voters; i++) ask(clients[static_cast<size_t>(i)]);
        run_until(now_ns() + 300'000'000);  // until all are at it
        latencies_us.clear();
        acknowledged = 0;
        run_until(now_ns() + static_cast<int64_t>(seconds * 1e9));
        voting = false;
    }

   private:
    int poll_ = -1;

    void start(int index) {
        Client& client = clients[static_cast<size_t>(index)];
        client.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        int one = 1;
        setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        linger none{1, 0};  // no TIME_WAIT: the next round wants the ports
        setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(client.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 && errno != EINPROGRESS)
            fail("can't connect");
        watch(EPOLL_CTL_ADD, index, EPOLLIN | EPOLLOUT);
    }

    void watch(int what, int index, uint32_t events_wanted) {
        epoll_event wanted{};
        wanted.events = events_wanted;
        wanted.data.u32 = static_cast<uint32_t>(index);
        epoll_ctl(poll_, what, clients[static_cast<size_t>(index)].fd, &wanted);
    }

    // A client's frame, with a mask of zeros: it costs the server the same as any.
    static void say(const Client& client, string_view packet) {
        string frame("\x81", 1);
        if (packet.size() < 126) {
            frame += static_cast<char>(0x80 | packet.size());
        } else {
            frame += static_cast<char>(0x80 | 126);
            frame += static_cast<char>(packet.size() >> 8);
            frame += static_cast<char>(packet.size());
        }
        frame.append(4, '\0');
        frame += packet;
        if (send(client.fd, frame.data(), frame.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(frame.size()))
            fail("short send");
    }

    static void ask(Client& client) {
        client.asked_ns = now_ns();
        say(client, "42" + std::to_string(client.number++) + "[\"vote\",{\"poll\":1,\"choice\":2}]");
    }

    void has_joined(Client& client) {
        if (!client.joined) joined++;
        client.joined = true;
    }

    void packet(int index, string_view text, int64_t now) {
        Client& client = clients[static_cast<size_t>(index)];
        if (text == "2") return say(client, "3");
        if (text.substr(0, 1) == "0")
            return say(client, connects.empty() ? "40" : connects[static_cast<size_t>(index)]);
        if (text.substr(0, 2) == "40") {
            if (stream.empty()) return has_joined(client);
            return say(client, "420[\"room.join\",{\"stream\":\"" + stream + "\"}]");
        }
        if (text.substr(0, 8) == "42[\"pin\"") return event(text, now);
        if (text.substr(0, 3) == "42[") return;  // the application's own
        if (text.substr(0, 3) == "430" && !client.joined) {
            if (text.find("\"ok\":true") == string_view::npos) fail("not let in: " + string(text.substr(0, 200)));
            return has_joined(client);
        }
        if (text.substr(0, 2) != "43") {
            strange++;
            return;
        }
        if (!voting) return;
        if (text.find("\"ok\":true") == string_view::npos) fail("a vote was refused: " + string(text.substr(0, 200)));
        acknowledged++;
        latencies_us.push_back(static_cast<double>(now - client.asked_ns) / 1000);
        ask(client);
    }

    void event(string_view text, int64_t now) {
        const char *seq = strstr(text.data(), "\"seq\":"), *sent = strstr(text.data(), "\"t\":");
        const size_t number = seq ? strtoul(seq + 6, nullptr, 10) : events.size();
        if (number >= events.size() || !sent) {
            strange++;
            return;
        }
        Event& found = events[number];
        found.sent_ns = strtoll(sent + 4, nullptr, 10);
        found.last_ns = std::max(found.last_ns, now);
        found.seen++;
        received++;
        last_ns = now;
    }

    void turn(int wait_ms) {
        static epoll_event ready[1024];
        const int found = epoll_wait(poll_, ready, 1024, wait_ms);
        for (int i = 0; i < found; i++) {
            const int index = static_cast<int>(ready[i].data.u32);
            Client& client = clients[static_cast<size_t>(index)];
            if (client.at != At::connecting) {
                readable(index);
            } else if (ready[i].events & (EPOLLERR | EPOLLHUP)) {
                fail("connection refused");
            } else if (ready[i].events & EPOLLOUT) {
                const string ask_for =
                    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                    "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    "Sec-WebSocket-Version: 13\r\n\r\n";
                send(client.fd, ask_for.data(), ask_for.size(), MSG_NOSIGNAL);
                client.at = At::asked;
                watch(EPOLL_CTL_MOD, index, EPOLLIN);
            }
        }
    }

    void readable(int index) {
        static char buffer[262145];
        Client& client = clients[static_cast<size_t>(index)];
        const ssize_t size = recv(client.fd, buffer, sizeof buffer - 1, 0);
        if (size < 0 && errno == EAGAIN) return;
        if (size <= 0) fail("the server hung up");
        const int64_t now = now_ns();
        string joined_up;
        string_view data(buffer, static_cast<size_t>(size));
        buffer[size] = 0;
        if (!client.rest.empty()) {
            joined_up.swap(client.rest);
            joined_up += data;
            data = joined_up;
        }
        if (client.at == At::asked) {
            const size_t end = data.find("\r\n\r\n");
            if (end == string_view::npos) {
                client.rest = data;
                return;
            }
            if (data.substr(9, 3) != "101") fail("no handshake: " + string(data.substr(0, 200)));
            data.remove_prefix(end + 4);
            client.at = At::open;
        }
        while (data.size() >= 2) {
            const auto* head = reinterpret_cast<const unsigned char*>(data.data());
            size_t length = head[1] & 127, body = 2;
            if (length == 126) {
                if (data.size() < 4) break;
                length = static_cast<size_t>(head[2] << 8 | head[3]);
                body = 4;
            } else if (length == 127) {
                fail("a message over 64 kB");
            }
            if (data.size() < body + length) break;
            if ((head[0] & 15) == 8) fail("the server closed a connection");
            if ((head[0] & 15) == 1) packet(index, data.substr(body, length), now);
            data.remove_prefix(body + length);
        }
        client.rest = data;
    }
};

double percentile(std::vector<double>& values, double share) {
    if (values.empty()) return -1;
    std::sort(values.begin(), values.end());
    return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 9 && argc != 11) fail("wrong number of arguments");
    signal(SIGPIPE, SIG_IGN);
    Load load{};
    load.port = atoi(argv[1]);
    load.pid = atoi(argv[2]);
    load.clients.resize(static_cast<size_t>(atoi(argv[3])));
    load.count = atoi(argv[4]);
    load.every_ms = atoi(argv[5]);
    load.per_tick = atoi(argv[6]);
    const int voters = std::min(atoi(argv[7]), atoi(argv[3]));
    if (argc == 11) {
        std::ifstream file(argv[9]);
        for (string line; std::getline(file, line);) load.connects.push_back(line);
        if (load.connects.size() < load.clients.size()) fail("too few CONNECT packets");
        load.stream = argv[10];
    }
    const double all = static_cast<double>(load.clients.size());
    const long before = memory_of(load.pid);
    const int64_t begun = now_ns();
    load.connect_all();
    const double connect_s = static_cast<double>(now_ns() - begun) / 1e9;
    load.run_until(now_ns() + 1'000'000'000);
    const double kilobytes = static_cast<double>(memory_of(load.pid) - before) / 1024 / all;
    printf("{\"clients\":%zu,\"connects_per_s\":%.0f,\"kb_per_client\":%.2f", load.clients.size(), all / connect_s,
           kilobytes);
    if (load.count > 0) {
        const double used = processor_of(load.pid);
        load.broadcast();
        const double spent = processor_of(load.pid) - used;
        std::vector<double> last_ms;
        int64_t first = INT64_MAX;
        for (const Event& event : load.events) {
            if (event.seen) first = std::min(first, event.sent_ns);
            if (event.seen == load.joined) last_ms.push_back(static_cast<double>(event.last_ns - event.sent_ns) / 1e6);
        }
        printf(",\"wanted\":%ld,\"received\":%ld,\"complete\":%zu,\"messages_per_s\":%.0f,\"last_p50_ms\":%.2f,"
               "\"last_p99_ms\":%.2f,\"cpu_us_per_message\":%.2f",
               static_cast<long>(load.count) * load.joined, load.received, last_ms.size(),
               static_cast<double>(load.received) / (static_cast<double>(load.last_ns - first) / 1e9),
               percentile(last_ms, 0.5), percentile(last_ms, 0.99), spent * 1e6 / static_cast<double>(load.received));
    }
    if (voters > 0) {
        const double seconds = atof(argv[8]);
        load.vote(voters, seconds);
        printf(",\"acks_per_s\":%.0f,\"ack_p50_ms\":%.2f,\"ack_p99_ms\":%.2f",
               static_cast<double>(load.acknowledged) / seconds, percentile(load.latencies_us, 0.5) / 1000,
               percentile(load.latencies_us, 0.99) / 1000);
    }
    printf(",\"strange\":%ld}\n", load.strange);
    return 0;
}
