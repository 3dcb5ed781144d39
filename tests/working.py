"""What the worker does with the jobs that wait."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from lti_tool.app.rounds import Rounds
from lti_tool.app.worker import create_jobs


def run_jobs(stack):
    """Upkeep, once. In a thread: Playwright keeps a loop running in the one of the tests."""

    async def work():
        engine = create_jobs(stack.tool, stack.database_url, Rounds(lambda platform_id: 0, most=1))
        async with engine.open_async():
            await engine.run_worker_async(
                queues=["upkeep"], wait=False, delete_jobs="successful", install_signal_handlers=False
            )

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work()).result()
