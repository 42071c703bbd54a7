"""Good pushes beside a thousand silent and dripping connections, on loopback.

python -m benchmarks.slowloris [--seconds 20] [--attackers 1000] [--rate 50]

Our server's answer costs nothing. A third of the attackers is silent, a third drips headers, a third drips a body; each
reconnects as soon as it is closed. Good pushes are encrypted, each on a new connection. Prints their p50, p99 and
longest time, and attackers' connection lifetimes. Exit 1 if a good push fails, p99 is over 1 s or an attacker stays 10
s.
"""

import argparse
import asyncio
import multiprocessing as mp
import resource
import sys
import time

from benchmarks.callback import ours, run
from tests.wechat import platform

MOST_SECONDS = 120
KINDS = ("silent", "headers", "body")


def beginning(how: str) -> bytes:
    """Return what an attacker sends before it drips: as much of a genuine push as possible."""
    if how == "silent":
        return b""
    head = f"POST {platform.plain(b'', now=int(time.time())).path} HTTP/1.1\r\nHost: x\r\n".encode()
    return head if how == "headers" else head + b"Content-Length: 30000\r\n\r\n"


async def attack(port: int, how: str, end: float, lives: list[float]) -> None:
    """Hold a connection as long as it lasts, repeatedly; record each lifetime."""
    loop = asyncio.get_running_loop()
    while loop.time() < end:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.5)
            continue
        begun = loop.time()
        writer.write(beginning(how))
        try:
            while loop.time() < end:
                if how != "silent":
                    writer.write(b"x")
                try:
                    async with asyncio.timeout(1):
                        if not await reader.read(4096):
                            break
                except TimeoutError:
                    continue
        except ConnectionError:
            pass
        lives.append(loop.time() - begun)
        writer.close()


async def good(port: int, number: int, times: list[float], faults: list[str]) -> None:
    """Send one encrypted push on its own connection, as the platform does."""
    begun = time.perf_counter()
    post = platform.safe(platform.text(f"你好 {number}", number + 1), now=int(time.time()))
    head = f"POST {post.path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(post.body)}\r\n\r\n"
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head.encode() + post.body)
            answer = await reader.read()
            writer.close()
    except (OSError, TimeoutError) as error:
        faults.append(type(error).__name__)
        return
    if not answer.startswith(b"HTTP/1.1 200") or b"<Encrypt>" not in answer:
        faults.append(answer[:40].decode(errors="replace"))
    times.append(time.perf_counter() - begun)


async def siege(port: int, seconds: float, attackers: int, rate: float) -> bool:
    """Run attackers and good pushes side by side and print the figures; return whether they hold."""
    loop = asyncio.get_running_loop()
    lives: list[float] = []
    times: list[float] = []
    faults: list[str] = []
    end = loop.time() + seconds + 2
    besiegers = [asyncio.create_task(attack(port, KINDS[i % 3], end, lives)) for i in range(attackers)]
    await asyncio.sleep(2)
    start, pushes = loop.time(), []
    for number in range(int(seconds * rate)):
        await asyncio.sleep(max(0, start + number / rate - loop.time()))
        pushes.append(asyncio.create_task(good(port, number, times, faults)))
    await asyncio.gather(*pushes)
    await asyncio.gather(*besiegers)
    times.sort()
    p99 = times[int(len(times) * 0.99)] if times else 99.0
    longest = max(lives)
    print(f"good pushes: {len(times)} answered, {len(faults)} failed {sorted(set(faults))[:3]}")
    print(f"p50 {times[len(times) // 2] * 1e3:.1f} ms  p99 {p99 * 1e3:.1f} ms  longest {times[-1] * 1e3:.1f} ms")
    print(f"attackers: {attackers} at once, {len(lives)} connections, the longest stayed {longest:.1f} s")
    return not faults and p99 <= 1 and (longest < 10 or seconds < 10)


def main() -> int:
    """Run the attack and report whether the server held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--attackers", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=50)
    args = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    here, there = mp.get_context("spawn").Pipe()
    process = mp.get_context("spawn").Process(target=run, args=(ours, there), daemon=True)
    process.start()
    port = here.recv()
    # Only for this side: the server keeps the system's limit.
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 8192), hard), hard))
    try:
        held = asyncio.run(siege(port, min(args.seconds, MOST_SECONDS), min(args.attackers, 4000), args.rate))
    finally:
        process.terminate()
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
